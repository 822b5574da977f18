package io.talon.draft.policy;

/**
 * Decides which candidates of the draft become tree nodes, which of them are expanded next, and when to stop.
 *
 * <p>A policy is a value; what it remembers while a tree grows lives in a {@link TreeGrowth}, one per slot.
 */
public sealed interface TreePolicy
    permits TalonPolicy, StaticTreePolicy, OptTreePolicy, BranchingPolicy, BeamPolicy, ChainPolicy, NoDraft {
  /** Name as typed on the command line: talon, eagle3, opt-tree, rsd-c, rsd-s, chain, ar. */
  String label();

  /** Rows of the largest tree, the root included. */
  int maxTreeRows();

  /** Draft rows that one tree may take, the root's expansion included; 0 when nothing is drafted. */
  int maxDraftRows();

  /**
   * Working memory for the trees of one slot.
   *
   * @param endTokens end-of-sequence ids; a node that carries one is a legal leaf but never a parent
   */
  TreeGrowth growth(int[] endTokens);
}
