package io.talon.torch;

import ai.djl.ndarray.types.DataType;
import io.talon.engine.AcceptedRows;
import io.talon.torch.script.Rows;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;

/** The call that keeps what a verification accepted. */
final class CommitCall {
  private final EngineState state;
  private final Rows moves = new Rows(DataType.INT64);
  private final Rows kept = new Rows(DataType.INT64);

  CommitCall(EngineState state) {
    this.state = state;
  }

  /** Moves the accepted rows down behind the committed ones, and keeps their features for the head. */
  void run(TreeBatch trees, AcceptedRows accepted) {
    int moveCount = 0;
    int keptCount = 0;
    for (int i = 0; i < accepted.size(); i++) {
      for (int step = 0; step < accepted.count(i); step++) {
        moveCount += accepted.node(i, step) == step + 1 ? 0 : 1;
      }
      keptCount += state.slots[trees.slot(accepted.treeIndex(i))].drafting.enabled() ? accepted.count(i) + 1 : 0;
    }
    moves.resize(2, moveCount);
    kept.resize(2, keptCount);
    int move = 0;
    int keep = 0;
    for (int i = 0; i < accepted.size(); i++) {
      int tree = accepted.treeIndex(i);
      int slotIndex = trees.slot(tree);
      Slot slot = state.slots[slotIndex];
      for (int step = -1; step < accepted.count(i); step++) {
        int node = step < 0 ? 0 : accepted.node(i, step);
        if (node != step + 1) {
          moves.set(0, move, state.cacheRow(slotIndex, slot.length + node));
          moves.set(1, move, state.cacheRow(slotIndex, slot.length + step + 1));
          move++;
        }
        if (slot.drafting.enabled()) {
          kept.set(0, keep, (long) trees.firstRow(tree) + node);
          kept.set(1, keep, state.pendingRow(slotIndex, slot.pendingRows + step + 1));
          keep++;
        }
      }
    }
    if (moveCount + keptCount > 0) {
      state.module.number("commit", moves.argument(), kept.argument());
    }
    for (int i = 0; i < accepted.size(); i++) { // a slot says what its cache holds once it does
      int tree = accepted.treeIndex(i);
      advance(state.slots[trees.slot(tree)], trees.tree(tree), accepted, i);
    }
  }

  private static void advance(Slot slot, DraftTree tree, AcceptedRows accepted, int index) {
    int count = accepted.count(index);
    if (slot.drafting.enabled()) {
      for (int step = 0; step <= count; step++) {
        boolean newest = step == count;
        slot.pendingTokens[slot.pendingRows++] = newest ? accepted.nextRoot(index) : tree.token(accepted.node(index, step));
      }
    }
    slot.hold(slot.length, tree.token(0));
    for (int step = 0; step < count; step++) {
      slot.hold(slot.length + 1 + step, tree.token(accepted.node(index, step)));
    }
    slot.length += count + 1;
    slot.root = accepted.nextRoot(index);
    slot.draftRows = 0;
  }
}
