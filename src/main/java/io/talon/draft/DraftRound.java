package io.talon.draft;

import io.talon.tree.DraftTree;

/** What a drafter sees of one round, and where it leaves its trees: the live sequences in order; reused from round to round. */
public final class DraftRound {
  private final int[] slots; // [capacity]
  private final int[][] histories; // [capacity][]
  private final int[] lengths; // [capacity]
  private final int[] depthLimits; // [capacity]
  private final int[] forwards; // [capacity]
  private final int[] committed; // [capacity]
  private final DraftTree[] trees; // [capacity]
  private int size;

  public DraftRound(int capacity, int maxTreeRows) {
    slots = new int[capacity];
    histories = new int[capacity][];
    lengths = new int[capacity];
    depthLimits = new int[capacity];
    forwards = new int[capacity];
    committed = new int[capacity];
    trees = new DraftTree[capacity];
    for (int i = 0; i < capacity; i++) {
      trees[i] = new DraftTree(maxTreeRows);
    }
  }

  public void clear() {
    size = 0;
  }

  /**
   * Adds a sequence.
   *
   * @param history its tokens, prompt included; the last of the first {@code length} is the root, which is not yet run
   * @param depthLimit deepest layer of use, 0 when a tree beyond the root is of none
   */
  public void add(int slot, int[] history, int length, int depthLimit) {
    slots[size] = slot;
    histories[size] = history;
    lengths[size] = length;
    depthLimits[size] = depthLimit;
    forwards[size] = 0;
    committed[size] = 0;
    size++;
  }

  public int size() {
    return size;
  }

  public int slot(int index) {
    return slots[index];
  }

  /** Tokens so far, to be read up to {@link #length}. */
  public int[] history(int index) {
    return histories[index];
  }

  public int length(int index) {
    return lengths[index];
  }

  public int root(int index) {
    return histories[index][lengths[index] - 1];
  }

  public int depthLimit(int index) {
    return depthLimits[index];
  }

  /** The tree to be grown; what an earlier round left in it has no meaning. */
  public DraftTree tree(int index) {
    return trees[index];
  }

  /** Counts one draft forward that the sequence took part in. */
  public void countForward(int index) {
    countForwards(index, 1);
  }

  /** Counts draft forwards that the sequence took part in. */
  void countForwards(int index, int count) {
    forwards[index] += count;
  }

  public int forwards(int index) {
    return forwards[index];
  }

  /** Says how many tokens the round brought a sequence; its history has them behind the root. */
  public void commit(int index, int tokens) {
    committed[index] = tokens;
  }

  public int committed(int index) {
    return committed[index];
  }
}
