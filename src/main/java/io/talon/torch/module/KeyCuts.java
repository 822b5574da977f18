package io.talon.torch.module;

import io.talon.tree.DraftTree;
import java.util.Arrays;

/**
 * Which blocks of a slot's keys begin elsewhere than at a multiple of their size, three integers each: slot, block, first key.
 *
 * <p>Blocks are blocks of positions, and the keys of a tree lie by depth: a block of which a tree's nodes are begins with the
 * first node of a depth, or behind the last one if none is so deep.
 */
public final class KeyCuts {
  private long[] entries = new long[12];
  private int size;
  private boolean fit = true;

  public void clear() {
    size = 0;
    fit = true;
  }

  /** A slot with so many committed keys and the rows of a tree. */
  public void add(int slot, int committed, DraftTree tree) {
    int length = committed + tree.size();
    int node = 0;
    int block = 1;
    for (int position = Attention.BLOCK_KEYS; position < length; position += Attention.BLOCK_KEYS) {
      while (node < tree.size() && committed + tree.depth(node) < position) {
        node++;
      }
      int first = position <= committed ? position : committed + node;
      if (first != position) {
        append(slot, block, first);
      }
      fit &= first - (position - Attention.BLOCK_KEYS) <= Attention.PRODUCT_KEYS;
      block++;
    }
  }

  /** Whether no block has more keys than a product sums in order, those of other blocks among them counted. */
  public boolean fitProducts() {
    return fit;
  }

  public long[] list() {
    return Arrays.copyOf(entries, size);
  }

  private void append(int slot, int block, int first) {
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, 2 * size);
    }
    entries[size++] = slot;
    entries[size++] = block;
    entries[size++] = first;
  }
}
