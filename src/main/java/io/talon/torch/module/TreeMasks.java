package io.talon.torch.module;

import ai.djl.ndarray.types.DataType;
import io.talon.torch.script.Argument;
import io.talon.torch.script.Rows;
import io.talon.tree.AncestorBits;
import java.util.Arrays;

/**
 * What a script makes the attention masks of trees of: the few elements that are hidden, by their places in the mask.
 *
 * <p>The mask of segments by themselves is [rows of the forward, newest keys], where the newest are those that are not committed.
 * For all slots at once it is [slots, rows of the widest, keys of the longest], and what it is made of begins with the row of the
 * forward that stands in each [slots, rows of the widest] and how many keys every slot has [slots]; segments by themselves have no
 * part in it.
 */
public final class TreeMasks {
  private final Rows table = new Rows(DataType.INT64);
  private final Places atOnce = new Places();
  private final Places own = new Places(); // of segments by themselves
  private long[] segments;
  private long[] committed; // keys of each segment's slot that all its rows see
  private LoneSegments alone;
  private int widest; // of those at once
  private int keys; // of the mask for all slots
  private int newest; // keys of the mask of segments by themselves

  /** Elements of a mask. */
  private static final class Places {
    private long[] values = new long[64];
    private int size;

    /** Makes room for so many more. */
    void room(int more) {
      if (size + more > values.length) {
        values = Arrays.copyOf(values, Math.max(size + more, 2 * values.length));
      }
    }

    void fill(int count, long value) {
      room(count);
      Arrays.fill(values, size, size + count, value);
      size += count;
    }

    void add(long value) {
      values[size++] = value;
    }
  }

  /**
   * Begins the masks of segments, four integers each, of which nothing is hidden yet.
   *
   * @param committed of every segment how many keys all its rows see, from the first on
   * @param alone which are by themselves
   * @param tile of how many keys those of a mask for all slots are a multiple
   */
  public void begin(long[] segments, long[] committed, LoneSegments alone, int tile) {
    this.segments = segments;
    this.committed = committed;
    this.alone = alone;
    atOnce.size = 0;
    own.size = 0;
    widest = 0;
    newest = 0;
    int longest = 0;
    int slots = 0;
    for (int i = 0; i < segments.length / 4; i++) {
      if (alone.lone(i)) {
        newest = Math.max(newest, newest(i));
      } else {
        widest = Math.max(widest, (int) segments[4 * i + 2]);
        longest = Math.max(longest, (int) segments[4 * i + 3]);
        slots = Math.max(slots, (int) segments[4 * i] + 1);
      }
    }
    keys = (longest + tile - 1) / tile * tile;
    addSlots(slots);
  }

  /** Keys of a segment that are not committed. */
  private int newest(int segment) {
    return (int) (segments[4 * segment + 3] - committed[segment]);
  }

  private void addSlots(int slots) {
    int places = slots * widest;
    atOnce.fill(places, 0);
    atOnce.fill(slots, 1); // what comes of a slot without rows is dropped, and of no keys there is no mean
    for (int i = 0; i < segments.length / 4; i++) {
      if (!alone.lone(i)) {
        int slot = (int) segments[4 * i];
        for (int row = 0; row < segments[4 * i + 2]; row++) {
          atOnce.values[slot * widest + row] = segments[4 * i + 1] + row;
        }
        atOnce.values[places + slot] = segments[4 * i + 3];
      }
    }
  }

  /** Hides from a segment's rows, the newest of its slot's, what are not their ancestors. */
  public void hide(int segment, AncestorBits ancestors) {
    boolean lone = alone.lone(segment);
    Places hidden = lone ? own : atOnce;
    int rows = (int) segments[4 * segment + 2];
    int count = newest(segment);
    hidden.room(rows * count);
    for (int row = 0; row < rows; row++) {
      long first = lone
          ? (segments[4 * segment + 1] + row) * newest
          : (segments[4 * segment] * widest + row) * keys + committed[segment];
      for (int key = 0; key < count; key++) {
        if (!ancestors.sees(count - rows + row, key)) {
          hidden.add(first + key);
        }
      }
    }
  }

  /** How many of the values are for all slots at once; the others, behind them, are for segments by themselves. */
  public int atOnce() {
    return atOnce.size;
  }

  long[] values() {
    long[] all = Arrays.copyOf(atOnce.values, atOnce.size + own.size);
    System.arraycopy(own.values, 0, all, atOnce.size, own.size);
    return all;
  }

  /** All of it as an argument [1, values]. */
  public Argument argument() {
    table.resize(1, atOnce.size + own.size);
    for (int i = 0; i < atOnce.size; i++) {
      table.set(0, i, atOnce.values[i]);
    }
    for (int i = 0; i < own.size; i++) {
      table.set(0, atOnce.size + i, own.values[i]);
    }
    return table.argument();
  }
}
