package io.talon.torch.script;

import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A table of 64-bit integers or 32-bit floats in native memory, column after column, that grows and is reused. */
public final class Rows {
  private final DataType type;
  private ByteBuffer buffer;
  private int rows;
  private int columns;
  private Argument empty; // of emptyColumns columns without rows
  private int emptyColumns;

  public Rows(DataType type) {
    this.type = type;
    buffer = allocate(64);
  }

  /** Sets the size; what is in the table then is undefined. */
  public void resize(int columns, int rows) {
    this.columns = columns;
    this.rows = rows;
    int bytes = Math.multiplyExact(Math.multiplyExact(columns, rows), type.getNumOfBytes());
    if (bytes > buffer.capacity()) {
      buffer = allocate(Math.max(bytes, 2 * buffer.capacity()));
    }
  }

  public void set(int column, int row, long value) {
    assert column < columns && row < rows : "inside the table";
    buffer.putLong((column * rows + row) * Long.BYTES, value);
  }

  public long get(int column, int row) {
    assert column < columns && row < rows : "inside the table";
    return buffer.getLong((column * rows + row) * Long.BYTES);
  }

  public void set(int column, int row, float value) {
    assert column < columns && row < rows : "inside the table";
    buffer.putFloat((column * rows + row) * Float.BYTES, value);
  }

  /** The table as an argument, [columns, rows]. */
  public Argument argument() {
    return rows == 0 ? empty() : Argument.tensor(buffer, type, columns, rows);
  }

  private Argument empty() {
    if (empty == null || emptyColumns != columns) {
      empty = Argument.empty(type, columns, 0);
      emptyColumns = columns;
    }
    return empty;
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
