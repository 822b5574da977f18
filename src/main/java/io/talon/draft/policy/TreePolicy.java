package io.talon.draft.policy;

import java.io.Serializable;

/**
 * Decides which candidates of the draft become tree nodes, which of them are expanded next, and when to stop.
 *
 * <p>A policy is a value; what it remembers while a tree grows lives in a {@link TreeGrowth}, one per slot.
 */
public sealed interface TreePolicy extends Serializable
    permits AutoPolicy, TalonPolicy, StaticTreePolicy, OptTreePolicy, BranchingPolicy, BeamPolicy, ChainPolicy, NoDraft {
  /** Name as typed on the command line. */
  String label();

  /** Rows of the largest tree, the root included. */
  int maxTreeRows();

  /** Draft rows that one tree may take, the root's expansion included; 0 when nothing is drafted. */
  int maxDraftRows();

  /** Whether anything is drafted; if not, decoding is plain. */
  default boolean drafts() {
    return maxDraftRows() > 0;
  }

  /**
   * Working memory for the trees of one slot.
   *
   * @param endTokens end-of-sequence ids; a node that carries one is a legal leaf but never a parent
   */
  TreeGrowth growth(int[] endTokens);
}
