package io.talon.torch.module;

import ai.djl.ndarray.types.DataType;
import io.talon.torch.script.Argument;
import io.talon.torch.script.Rows;
import io.talon.tree.AncestorBits;
import java.util.Arrays;

/**
 * What a script makes the attention masks of trees of: the few elements that are hidden, by their places in the mask.
 *
 * <p>Slot by slot a mask is [rows of the forward, newest keys], where the newest are those that are not committed. For all slots at
 * once it is [slots, rows of the widest, keys of the longest], and what it is made of begins with the row of the forward that stands
 * in each [slots, rows of the widest] and how many keys every slot has [slots].
 */
public final class TreeMasks {
  private final Rows table = new Rows(DataType.INT64);
  private long[] values = new long[64];
  private int size;
  private long[] segments;
  private long[] committed; // keys of each segment's slot that all its rows see
  private boolean padded;
  private int widest;
  private int keys;

  /**
   * Begins the masks of segments, four integers each, of which nothing is hidden yet.
   *
   * @param committed of every segment how many keys all its rows see, from the first on
   * @param padded whether the mask is one for all slots
   * @param tile of how many keys a padded mask's are a multiple
   */
  public void begin(long[] segments, long[] committed, boolean padded, int tile) {
    this.segments = segments;
    this.committed = committed;
    this.padded = padded;
    size = 0;
    widest = 0;
    int longest = 0;
    int newest = 0;
    int slots = 0;
    for (int i = 0; i < segments.length; i += 4) {
      widest = Math.max(widest, (int) segments[i + 2]);
      longest = Math.max(longest, (int) segments[i + 3]);
      newest = Math.max(newest, (int) (segments[i + 3] - committed[i / 4]));
      slots = Math.max(slots, (int) segments[i] + 1);
    }
    keys = padded ? (longest + tile - 1) / tile * tile : newest;
    if (padded) {
      addSlots(slots);
    }
  }

  private void addSlots(int slots) {
    int places = slots * widest;
    room(places + slots);
    Arrays.fill(values, 0, places, 0);
    Arrays.fill(values, places, places + slots, 1); // what comes of a slot without rows is dropped, and of no keys there is no mean
    for (int i = 0; i < segments.length; i += 4) {
      int slot = (int) segments[i];
      for (int row = 0; row < segments[i + 2]; row++) {
        values[slot * widest + row] = segments[i + 1] + row;
      }
      values[places + slot] = segments[i + 3];
    }
    size = places + slots;
  }

  /** Whether there is one mask for all slots, as was said when it was begun. */
  public boolean padded() {
    return padded;
  }

  /** Hides from a segment's rows, the newest of its slot's, what are not their ancestors. */
  public void hide(int segment, AncestorBits ancestors) {
    int rows = (int) segments[4 * segment + 2];
    int newest = (int) (segments[4 * segment + 3] - committed[segment]);
    room(rows * newest);
    for (int row = 0; row < rows; row++) {
      long first = padded
          ? (segments[4 * segment] * widest + row) * keys + committed[segment]
          : (segments[4 * segment + 1] + row) * keys;
      int own = newest - rows + row;
      for (int key = 0; key < newest; key++) {
        if (!ancestors.sees(own, key)) {
          values[size++] = first + key;
        }
      }
    }
  }

  private void room(int more) {
    if (size + more > values.length) {
      values = Arrays.copyOf(values, Math.max(size + more, 2 * values.length));
    }
  }

  long[] values() {
    return Arrays.copyOf(values, size);
  }

  /** All of it as an argument [1, values]. */
  public Argument argument() {
    table.resize(1, size);
    for (int i = 0; i < size; i++) {
      table.set(0, i, values[i]);
    }
    return table.argument();
  }
}
