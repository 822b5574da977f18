package io.talon.draft.policy;

import io.talon.engine.Candidates;
import io.talon.tree.DraftTree;

/**
 * One tree growing layer by layer; reused from round to round, allocates nothing while it grows.
 *
 * <p>Protocol: {@code begin}; then while {@code width() > 0}: run the draft on the frontier (the root alone at first) for at
 * least {@code width()} children per row, and hand the rows to {@code accept}. When {@code width()} is 0 the tree is complete.
 */
public interface TreeGrowth {
  /**
   * Starts a tree that consists of its root.
   *
   * @param depthLimit layers that may be drafted, from the tokens still allowed and the room left in the context; 0 for none
   */
  void begin(DraftTree tree, int rootToken, int depthLimit);

  /** Children wanted per frontier row of the next draft forward, 0 when the tree is complete. */
  int width();

  /** Rows of the next draft forward; 1 (the root) right after {@code begin}. */
  int frontierSize();

  /** Token of a frontier row. */
  int frontierToken(int index);

  /** Draft row of a frontier row's parent: the root's expansion is 0, later rows count on in frontier order. */
  int frontierParentRow(int index);

  /**
   * Takes the children of the frontier; the candidates of frontier row i are row {@code firstRow + i}.
   *
   * <p>Only the first {@code width()} children of a row are looked at, so a tree does not depend on its neighbours.
   */
  void accept(Candidates candidates, int firstRow);
}
