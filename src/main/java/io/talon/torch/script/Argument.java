package io.talon.torch.script;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * An argument of a script's method. It becomes native when {@link ScriptModule} makes the call and is closed when the call is
 * over; what is always the same (small numbers, truth values, no list, no rows) stays native until the module is closed, since to make
 * a value takes as long as one of the script's operators. So a script changes no list that it is given.
 *
 * <p>A tensor made from a direct buffer borrows the buffer's memory and does not keep it alive. An argument holds its buffer,
 * the module holds the arguments of a call until it has returned, and nothing else makes tensors: so no tensor is read after
 * its memory is gone. A script that keeps a tensor beyond its call clones it.
 */
public final class Argument {
  private static final Argument TRUE = new Argument(true, host -> IValue.from(true));
  private static final Argument FALSE = new Argument(true, host -> IValue.from(false));
  private static final Argument NO_LIST = new Argument(true, host -> IValue.listFrom(new long[0]));
  private static final Argument[] NUMBERS =
      IntStream.range(0, 128).mapToObj(value -> new Argument(true, host -> IValue.from((long) value))).toArray(Argument[]::new);

  private final boolean kept;
  private final Function<PtNDManager, IValue> opened;

  private Argument(boolean kept, Function<PtNDManager, IValue> opened) {
    this.kept = kept;
    this.opened = opened;
  }

  /** Whether the native value is that of every call, to be closed with the module. */
  boolean kept() {
    return kept;
  }

  /** The native value, for the module to close; tensors are made on the host. */
  IValue open(PtNDManager host) {
    return opened.apply(host);
  }

  public static Argument of(long value) {
    return value >= 0 && value < NUMBERS.length ? NUMBERS[(int) value] : new Argument(false, host -> IValue.from(value));
  }

  public static Argument of(boolean value) {
    return value ? TRUE : FALSE;
  }

  public static Argument of(String value) {
    return new Argument(false, host -> IValue.from(value));
  }

  public static Argument list(long... values) {
    return values.length == 0 ? NO_LIST : new Argument(false, host -> IValue.listFrom(values));
  }

  /** A tensor over the first values of a direct buffer. */
  public static Argument tensor(ByteBuffer buffer, DataType type, long... shape) {
    return tensor(false, buffer, type, shape);
  }

  /** A tensor without elements, to be used again and again. */
  static Argument empty(DataType type, long... shape) {
    return tensor(true, ByteBuffer.allocateDirect(0), type, shape);
  }

  private static Argument tensor(boolean kept, ByteBuffer buffer, DataType type, long... shape) {
    Shape size = new Shape(shape);
    ByteBuffer data = buffer.duplicate().order(ByteOrder.nativeOrder());
    data.clear().limit(Math.toIntExact(size.size() * type.getNumOfBytes()));
    return new Argument(kept, host -> {
      try (PtNDArray array = host.create(data, size, type)) {
        return IValue.from(array);
      }
    });
  }

  /** A float32 tensor of an array's values. */
  public static Argument floats(float[] values, long... shape) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(Math.multiplyExact(values.length, Float.BYTES)).order(ByteOrder.nativeOrder());
    buffer.asFloatBuffer().put(values);
    return tensor(buffer, DataType.FLOAT32, shape);
  }

  /** An int64 tensor of an array's values. */
  public static Argument integers(int[] values, long... shape) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(Math.multiplyExact(values.length, Long.BYTES)).order(ByteOrder.nativeOrder());
    for (int i = 0; i < values.length; i++) {
      buffer.putLong(i * Long.BYTES, values[i]);
    }
    return tensor(buffer, DataType.INT64, shape);
  }
}
