package io.talon.torch;

import io.talon.torch.PromptCalls.Piece;
import io.talon.torch.module.Attention;
import io.talon.torch.module.EngineLayout;
import io.talon.torch.module.KeyBlocks;
import io.talon.torch.module.KeyCuts;
import io.talon.torch.module.LoneSegments;
import io.talon.torch.script.Rows;
import io.talon.tree.TreeBatch;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The segments of a target forward, which are what shares keys: four integers each, slot, first row, row count, and length of
 * the cache after these rows; and where their blocks of keys begin (see {@link KeyBlocks}).
 */
final class Segments {
  private static final int FEW_KEYS = 256; // of trees, for which products take no longer than bags though they fill up tiles
  private static final int MOST_KEYS = 4 * Attention.BLOCK_KEYS; // of prompts together, whose scores lie in memory at once

  private final EngineState state;
  private final EngineLayout layout;
  private final KeyBlocks blocks = new KeyBlocks();
  private final KeyCuts cuts = new KeyCuts();
  private LoneSegments alone;

  Segments(EngineState state) {
    this.state = state;
    layout = state.layout;
  }

  /** Pieces of prompts: blocks of rows, since all rows of a segment meet the keys of its last. */
  long[] ofPrompts(List<Piece> pieces) {
    int count = 0;
    for (Piece piece : pieces) {
      count += (piece.size() + block(piece) - 1) / block(piece);
    }
    long[] segments = new long[4 * count];
    int segment = 0;
    for (Piece piece : pieces) {
      for (int first = 0; first < piece.size(); first += block(piece)) {
        int rows = Math.min(block(piece), piece.size() - first);
        int length = piece.from() + first + rows;
        DraftCalls.fillSegment(segments, segment++, piece.prompt().slot(), piece.firstRow() + first, rows, length);
      }
    }
    return segments;
  }

  /** Sorts pieces of prompts so that those which can be taken together come first: of one segment, the shortest cache first. */
  void sort(List<Piece> pieces) {
    pieces.sort(Comparator.comparing((Piece piece) -> piece.size() > block(piece)).thenComparing(Piece::until));
  }

  /** How many segments of sorted pieces, from the first on, are taken together, which sums by products alone allow. */
  int together(long[] segments) {
    int count = 0;
    if (layout.attention() == Attention.IN_ORDER && layout.sumsByProducts()) {
      count = segments.length / 4;
      for (int i = 4; i < segments.length; i += 4) {
        if (segments[i] == segments[i - 4]) { // the first piece of several segments
          count = Math.min(count, i / 4 - 1);
        }
      }
    }
    while (count > 0 && !pays(Arrays.copyOf(segments, 4 * count))) {
      count--;
    }
    return count;
  }

  private boolean pays(long[] segments) {
    return segments[segments.length - 1] <= MOST_KEYS && layout.padded(segments, state.queryWidth);
  }

  /** The blocks of keys of pieces of prompts; none where products sum them, which are cut by the script. */
  long[] blocksOfPrompts(List<Piece> pieces) {
    KeyBlocks blocks = new KeyBlocks();
    if (layout.attention() == Attention.IN_ORDER && !layout.sumsByProducts()) {
      for (Piece piece : pieces) {
        for (int first = 0; first < piece.size(); first += block(piece)) {
          blocks.add(piece.from() + Math.min(first + block(piece), piece.size()));
        }
      }
    }
    return blocks.list();
  }

  private int block(Piece piece) {
    return Math.min(layout.promptBlock(), piece.size());
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

  /**
   * Chooses which trees' attention is made by itself, and cuts the keys of every tree into blocks, for products or for bags, which
   * sum alike.
   *
   * @param of what {@link #ofTrees} made of the trees
   */
  void cut(TreeBatch trees, long[] of) {
    boolean inOrder = layout.attention() == Attention.IN_ORDER;
    cuts.clear();
    for (int t = 0; t < trees.count(); t++) {
      cuts.add(trees.slot(t), state.slots[trees.slot(t)].length, trees.tree(t));
    }
    boolean products = layout.sumsByProducts() && cuts.fitProducts();
    alone = inOrder && products
        ? LoneSegments.widest(of, layout, state.queryWidth, state.groups)
        : LoneSegments.allOrNone(of, layout, state.queryWidth);
    blocks.clear();
    if (inOrder && (!products || mostlyFilling(trees))) {
      cuts.clear();
      for (int t = 0; t < trees.count(); t++) {
        int committed = state.slots[trees.slot(t)].length;
        blocks.add(committed, trees.tree(t));
        if (alone.mixed() && alone.lone(t)) {
          cuts.add(trees.slot(t), committed, trees.tree(t));
        }
      }
    }
  }

  /** Whether the trees that are taken at once, or all where none are, would be filled up with more rows than they have. */
  private boolean mostlyFilling(TreeBatch trees) {
    int widest = 1;
    int keys = 0;
    for (int t = 0; t < trees.count(); t++) {
      if (!alone.mixed() || !alone.lone(t)) {
        widest = Math.max(widest, trees.tree(t).size());
        keys += state.slots[trees.slot(t)].length;
      }
    }
    return widest * state.groups < Attention.TILE_ROWS && keys > FEW_KEYS;
  }

  /** Which of the trees that were cut last have their attention made by itself. */
  LoneSegments alone() {
    return alone;
  }

  /** The blocks of the keys of the trees that were cut last; none where products sum them. */
  long[] blocks() {
    return blocks.list();
  }

  /** Where products sum the keys of the trees that were cut last, the blocks that begin elsewhere than at their positions. */
  long[] cuts() {
    return cuts.list();
  }
}
