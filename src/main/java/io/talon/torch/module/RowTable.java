package io.talon.torch.module;

import ai.djl.ndarray.types.DataType;
import io.talon.torch.script.Argument;
import io.talon.torch.script.Rows;

/**
 * The rows of one forward, a few integers each, as script and Java know them by name.
 *
 * <p>A call reads some of the columns; what it does not read need not be set.
 */
public final class RowTable {
  /** The columns; the script has them in braces. */
  public enum Column {
    TOKEN,
    POSITION,
    /** Where the row's keys and values go in the target's cache, or in the draft model's. */
    CACHE_ROW,
    /** The token behind the row's own, which a head's row reads. */
    NEXT_TOKEN,
    /** Where the row's keys and values go in the head's cache. */
    HEAD_ROW,
    /** Where a head's row reads its features: a row that waits, or the state of its parent. */
    INPUT_ROW,
    /** Where a head's row leaves its state. */
    STATE_ROW,
    /** Where the noise of the position after the row lies. */
    RING_ROW,
    /** In its first entries the rows of this table that are expanded, if not all of them are. */
    CHOSEN_ROW,
    /** In its first entries where each row of the attention stands among those of all slots, padded to the widest. */
    PLACE
  }

  private static final int COLUMNS = Column.values().length;

  private final Rows table = new Rows(DataType.INT64);

  /** Sets the size; what is in the table then is undefined. */
  public void resize(int rows) {
    table.resize(COLUMNS, rows);
  }

  public void set(Column column, int row, long value) {
    table.set(column.ordinal(), row, value);
  }

  /**
   * Writes the place of every row of these segments, four integers each, among those of all slots.
   *
   * @param alone which have no place there
   */
  public void setPlaces(long[] segments, LoneSegments alone) {
    long widest = 0;
    for (int i = 0; i < segments.length / 4; i++) {
      widest = alone.lone(i) ? widest : Math.max(widest, segments[4 * i + 2]);
    }
    for (int i = 0; i < segments.length / 4; i++) {
      for (int row = 0; row < segments[4 * i + 2]; row++) {
        set(Column.PLACE, (int) segments[4 * i + 1] + row, alone.lone(i) ? 0 : segments[4 * i] * widest + row);
      }
    }
  }

  /** The table as an argument [columns, rows]. */
  public Argument argument() {
    return table.argument();
  }
}
