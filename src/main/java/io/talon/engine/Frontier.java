package io.talon.engine;

/**
 * The nodes that one draft forward expands, flat over all slots; a slot's rows are contiguous.
 *
 * <p>The engine numbers the draft rows of a slot in a round: the root's expansion is row 0, then every row of every frontier
 * in order. A row names its parent by that number.
 */
public final class Frontier {
  private final int[] slots; // [capacity]
  private final int[] parentRows; // [capacity], draft row of the parent within the slot
  private final int[] tokens; // [capacity], target vocabulary
  private int size;

  public Frontier(int capacity) {
    slots = new int[capacity];
    parentRows = new int[capacity];
    tokens = new int[capacity];
  }

  public void clear() {
    size = 0;
  }

  public void add(int slot, int parentRow, int token) {
    slots[size] = slot;
    parentRows[size] = parentRow;
    tokens[size] = token;
    size++;
  }

  public int size() {
    return size;
  }

  public int slot(int row) {
    return slots[row];
  }

  public int parentRow(int row) {
    return parentRows[row];
  }

  public int token(int row) {
    return tokens[row];
  }
}
