package io.talon.torch;

import io.talon.torch.module.Attention;
import io.talon.torch.module.EngineLayout;
import io.talon.torch.script.Rows;
import io.talon.tree.TreeBatch;

/**
 * The segments of a target forward, which are what shares keys: four integers each, slot, first row, row count, and length of
 * the cache after these rows; and where their blocks of keys begin (see {@link KeyBlocks}).
 */
final class Segments {
  private final EngineState state;
  private final EngineLayout layout;

  Segments(EngineState state) {
    this.state = state;
    layout = state.layout;
  }

  /** A chunk of a prompt: blocks of rows, since all rows of a segment meet the keys of its last. */
  long[] ofPrompt(int slotIndex, int start, int count) {
    int block = Math.min(layout.promptBlock(), count);
    int blocks = (count + block - 1) / block;
    long[] segments = new long[4 * blocks];
    for (int i = 0; i < blocks; i++) {
      int first = i * block;
      int rows = Math.min(block, count - first);
      DraftCalls.fillSegment(segments, i, slotIndex, first, rows, start + first + rows);
    }
    return segments;
  }

  /** The blocks of keys of a chunk of a prompt; none where products sum them, which are cut by the script. */
  long[] blocksOfPrompt(int start, int count) {
    KeyBlocks blocks = new KeyBlocks();
    if (layout.attention() == Attention.IN_ORDER && !layout.sumsByProducts()) {
      for (int first = 0; first < count; first += layout.promptBlock()) {
        blocks.add(start + Math.min(first + layout.promptBlock(), count));
      }
    }
    return blocks.list();
  }

  /** Trees, one segment each. */
  long[] ofTrees(TreeBatch trees) {
    long[] segments = new long[4 * trees.count()];
    for (int t = 0; t < trees.count(); t++) {
      int size = trees.tree(t).size();
      int length = state.slots[trees.slot(t)].length + size;
      DraftCalls.fillSegment(segments, t, trees.slot(t), trees.firstRow(t), size, length);
    }
    return segments;
  }

  /** Rows of each tree's slot before the tree. */
  long[] committed(TreeBatch trees) {
    long[] lengths = new long[trees.count()];
    for (int t = 0; t < lengths.length; t++) {
      lengths[t] = state.slots[trees.slot(t)].length;
    }
    return lengths;
  }

  /** The blocks of keys of every tree. */
  long[] blocksOfTrees(TreeBatch trees) {
    KeyBlocks blocks = new KeyBlocks();
    if (layout.attention() == Attention.IN_ORDER) {
      for (int t = 0; t < trees.count(); t++) {
        blocks.add(state.slots[trees.slot(t)].length, trees.tree(t));
      }
    }
    return blocks.list();
  }
}
