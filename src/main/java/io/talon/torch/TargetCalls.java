package io.talon.torch;

import ai.djl.ndarray.types.DataType;
import io.talon.engine.Chosen;
import io.talon.engine.Sampling;
import io.talon.torch.module.Attention;
import io.talon.torch.module.EngineLayout;
import io.talon.torch.module.RowTable;
import io.talon.torch.module.RowTable.Column;
import io.talon.torch.module.TreeMasks;
import io.talon.torch.script.Argument;
import io.talon.torch.script.Rows;
import io.talon.torch.script.ScriptModule;
import io.talon.tree.AncestorBits;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;

/** The calls that run the target over trees. */
final class TargetCalls {
  private final EngineState state;
  private final ScriptModule module;
  private final EngineLayout layout;
  private final RowTable rows = new RowTable();
  private final TreeMasks masks = new TreeMasks();
  private final AncestorBits ancestors; // of the rows of one tree
  private final Choice choice;
  private final Segments segments;

  TargetCalls(EngineState state) {
    this.state = state;
    module = state.module;
    layout = state.layout;
    ancestors = new AncestorBits(layout.maxTreeRows());
    choice = new Choice(state.vocabulary);
    segments = new Segments(state);
  }

  /** The logits of every tree row // [rows * vocabulary]. */
  float[] inspect(TreeBatch trees) {
    long[] of = fillTrees(trees);
    return module.floats(
        "inspect_tree",
        rows.argument(),
        masks.argument(),
        Argument.of(masks.atOnce()),
        Argument.list(of),
        Argument.list(segments.committed(trees)),
        Argument.list(segments.alone().numbers()),
        Argument.list(segments.blocks()),
        Argument.list(segments.cuts()));
  }

  /** What is chosen at consecutive positions from one row of logits, one row each. */
  Chosen choose(float[] logits, Sampling sampling, int firstPosition, int count) {
    Rows scores = new Rows(DataType.FLOAT32);
    scores.resize(1, logits.length);
    for (int i = 0; i < logits.length; i++) {
      scores.set(0, i, logits[i]);
    }
    choice.resize(count);
    Rows ring = new Rows(DataType.INT64);
    ring.resize(1, count);
    for (int i = 0; i < count; i++) {
      choice.set(i, sampling);
      ring.set(0, i, (long) state.noise.row(0, firstPosition + i));
    }
    return Choice.chosen(
        module.floats(
            "choose_from",
            scores.argument(),
            ring.argument(),
            choice.argument(),
            state.noise.takeFresh(),
            choice.filters(),
            choice.topK()));
  }

  /** The chosen token of every tree row. */
  Chosen verify(TreeBatch trees) {
    long[] of = fillTrees(trees);
    float[] values =
        module.floats(
            "verify",
            rows.argument(),
            masks.argument(),
            Argument.of(masks.atOnce()),
            choice.argument(),
            state.noise.takeFresh(),
            Argument.list(of),
            Argument.list(segments.committed(trees)),
            Argument.list(segments.alone().numbers()),
            Argument.list(segments.blocks()),
            Argument.list(segments.cuts()),
            Argument.of(keepsFeatures(trees)),
            choice.filters(),
            choice.topK());
    Chosen after = Choice.chosen(values);
    for (int t = 0; t < trees.count(); t++) {
      for (int row = trees.firstRow(t); row < trees.firstRow(t) + trees.tree(t).size(); row++) {
        state.slots[trees.slot(t)].tainted |= !after.finite(row);
      }
    }
    return after;
  }

  private boolean keepsFeatures(TreeBatch trees) {
    for (int t = 0; t < trees.count(); t++) {
      if (state.slots[trees.slot(t)].drafting.enabled()) {
        return true;
      }
    }
    return false;
  }

  /** Fills the rows and returns their segments. */
  private long[] fillTrees(TreeBatch trees) {
    rows.resize(trees.rows());
    choice.resize(trees.rows());
    long[] of = segments.ofTrees(trees);
    int tile = layout.attention() == Attention.IN_ORDER ? Attention.TILE_KEYS : 1;
    segments.cut(trees, of);
    masks.begin(of, segments.committed(trees), segments.alone(), tile);
    for (int t = 0; t < trees.count(); t++) {
      fillTree(trees.slot(t), trees.tree(t), trees.firstRow(t));
      masks.hide(t, ancestors);
    }
    rows.setPlaces(of, segments.alone());
    return of;
  }

  private void fillTree(int slotIndex, DraftTree tree, int first) {
    Slot slot = state.slots[slotIndex];
    assert tree.token(0) == slot.root : "the root is the slot's pending token";
    ancestors.plant();
    for (int node = 0; node < tree.size(); node++) {
      if (node > 0) {
        ancestors.add(node, tree.parent(node));
      }
      int row = first + node;
      int position = slot.length + tree.depth(node);
      rows.set(Column.TOKEN, row, tree.token(node));
      rows.set(Column.POSITION, row, position);
      rows.set(Column.CACHE_ROW, row, state.cacheRow(slotIndex, slot.length + node));
      rows.set(Column.RING_ROW, row, slot.sampling.greedy() ? 0 : state.noise.row(slotIndex, position + 1));
      choice.set(row, slot.sampling);
    }
  }
}
