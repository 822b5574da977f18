package io.talon.tree;

import java.util.Arrays;

/**
 * Which rows of a tree a row sees: its ancestors and itself, a bit each, in words of 64; row 0 is the root.
 *
 * <p>Reused from tree to tree, allocates nothing.
 */
public final class AncestorBits {
  private final int words;
  private final long[] bits; // [capacity * words]

  public AncestorBits(int capacity) {
    words = (capacity + Long.SIZE - 1) / Long.SIZE;
    bits = new long[capacity * words];
  }

  /** Starts a tree with its root, which sees itself. */
  public void plant() {
    Arrays.fill(bits, 0, words, 0);
    bits[0] = 1;
  }

  /** Writes the bits of a row below another, which was written before. */
  public void add(int row, int parent) {
    assert parent < row : "a parent comes before its children";
    System.arraycopy(bits, parent * words, bits, row * words, words);
    bits[row * words + row / Long.SIZE] |= 1L << row;
  }

  /** Whether a row sees another. */
  public boolean sees(int row, int other) {
    return (bits[row * words + other / Long.SIZE] >>> other & 1) != 0;
  }
}
