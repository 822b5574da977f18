package io.talon.engine;

/** An ordered set of slots, reused from round to round. */
public final class SlotSet {
  private final int[] slots; // [capacity]
  private int size;

  public SlotSet(int capacity) {
    slots = new int[capacity];
  }

  public void clear() {
    size = 0;
  }

  public void add(int slot) {
    slots[size++] = slot;
  }

  public int size() {
    return size;
  }

  public int slot(int index) {
    return slots[index];
  }
}
