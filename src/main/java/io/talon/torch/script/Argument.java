package io.talon.torch.script;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An argument of a script's method. It becomes native when {@link ScriptModule} makes the call and is closed when the call is
 * over.
 *
 * <p>A tensor made from a direct buffer borrows the buffer's memory and does not keep it alive. An argument holds its buffer,
 * the module holds the arguments of a call until it has returned, and nothing else makes tensors: so no tensor is read after
 * its memory is gone. A script that keeps a tensor beyond its call clones it.
 */
public abstract class Argument {
  /** The native value, for the module to close; tensors are made on the host. */
  abstract IValue open(PtNDManager host);

  public static Argument of(long value) {
    return new Argument() {
      @Override
      IValue open(PtNDManager host) {
        return IValue.from(value);
      }
    };
  }

  public static Argument of(boolean value) {
    return new Argument() {
      @Override
      IValue open(PtNDManager host) {
        return IValue.from(value);
      }
    };
  }

  public static Argument of(String value) {
    return new Argument() {
      @Override
      IValue open(PtNDManager host) {
        return IValue.from(value);
      }
    };
  }

  public static Argument list(long... values) {
    return new Argument() {
      @Override
      IValue open(PtNDManager host) {
        return IValue.listFrom(values);
      }
    };
  }

  /** A tensor over the first values of a direct buffer. */
  public static Argument tensor(ByteBuffer buffer, DataType type, long... shape) {
    Shape size = new Shape(shape);
    ByteBuffer data = buffer.duplicate().order(ByteOrder.nativeOrder());
    data.clear().limit(Math.toIntExact(size.size() * type.getNumOfBytes()));
    return new Argument() {
      @Override
      IValue open(PtNDManager host) {
        try (PtNDArray array = host.create(data, size, type)) {
          return IValue.from(array);
        }
      }
    };
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
