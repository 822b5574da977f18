package io.talon.tree;

/** The trees of all live slots for one verification forward; rows are flat, tree after tree, node order within a tree. */
public final class TreeBatch {
  private final int[] slots; // [capacity]
  private final DraftTree[] trees; // [capacity]
  private final int[] firstRows; // [capacity + 1]
  private int count;

  public TreeBatch(int capacity) {
    slots = new int[capacity];
    trees = new DraftTree[capacity];
    firstRows = new int[capacity + 1];
  }

  public void clear() {
    count = 0;
  }

  public void add(int slot, DraftTree tree) {
    slots[count] = slot;
    trees[count] = tree;
    firstRows[count + 1] = firstRows[count] + tree.size();
    count++;
  }

  /** Number of trees. */
  public int count() {
    return count;
  }

  /** Rows of all trees together. */
  public int rows() {
    return firstRows[count];
  }

  public int slot(int index) {
    return slots[index];
  }

  public DraftTree tree(int index) {
    return trees[index];
  }

  /** The flat row of a tree's root; its node i is the row {@code firstRow(index) + i}. */
  public int firstRow(int index) {
    return firstRows[index];
  }
}
