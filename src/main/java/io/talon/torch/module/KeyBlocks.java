package io.talon.torch.module;

import io.talon.tree.DraftTree;
import java.util.Arrays;

/**
 * Where blocks of keys begin, segment after segment: how many blocks a segment has, then the first key of each.
 *
 * <p>Blocks are blocks of positions, so that a row's keys fall into the same ones wherever they lie in the cache. Committed keys
 * lie at their positions, and the keys of a tree by depth, so a block begins with the first node of a depth.
 */
public final class KeyBlocks {
  private long[] entries = new long[16];
  private int size;

  public void clear() {
    size = 0;
  }

  /** A segment whose keys lie at their positions. */
  public void add(int keys) {
    int count = size;
    append(0);
    for (int position = 0; position < keys; position += Attention.BLOCK_KEYS) {
      append(position);
    }
    entries[count] = size - count - 1;
  }

  /** A segment of so many committed keys and the rows of a tree. */
  public void add(int committed, DraftTree tree) {
    int count = size;
    append(0);
    int position = 0;
    for (; position <= committed; position += Attention.BLOCK_KEYS) {
      append(position);
    }
    int node = 0;
    for (; position - committed <= tree.maxDepth(); position += Attention.BLOCK_KEYS) {
      while (tree.depth(node) < position - committed) {
        node++;
      }
      append(committed + node);
    }
    entries[count] = size - count - 1;
  }

  public long[] list() {
    return Arrays.copyOf(entries, size);
  }

  private void append(int entry) {
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, 2 * size);
    }
    entries[size++] = entry;
  }
}
