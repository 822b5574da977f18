package io.talon.model.checkpoint;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Reads small tensors into Java arrays: id tables, and weights in tests. */
public final class TensorReader {
  private TensorReader() {}

  /** The values of an I64 tensor // [elements]. */
  public static long[] longs(TensorInfo tensor) {
    check(
        tensor.dtype().equals("I64"), ErrorCode.MODEL_TENSOR, "Tensor %s must be I64, found %s", tensor.name(), tensor.dtype());
    long[] values = new long[(int) tensor.elements()];
    bytes(tensor).asLongBuffer().get(values);
    return values;
  }

  /** The values of an F32, BF16 or F16 tensor // [elements]. */
  public static float[] floats(TensorInfo tensor) {
    ByteBuffer bytes = bytes(tensor);
    float[] values = new float[(int) tensor.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = switch (tensor.dtype()) {
        case "F32" -> bytes.getFloat();
        case "BF16" -> Float.intBitsToFloat(bytes.getShort() << 16);
        case "F16" -> half(bytes.getShort());
        default -> throw new TalonException(
            ErrorCode.MODEL_TENSOR, "Tensor " + tensor.name() + " must be F32, BF16 or F16, found " + tensor.dtype());
      };
    }
    return values;
  }

  /** The values of one row of an F32, BF16 or F16 matrix, or one value of a vector // [columns]. */
  public static float[] row(TensorInfo tensor, long row) {
    long columns = tensor.elements() / tensor.shape()[0];
    long bytes = tensor.bytes() / tensor.shape()[0];
    return floats(
        new TensorInfo(tensor.name(), tensor.file(), tensor.dtype(), new long[] {columns}, tensor.offset() + row * bytes, bytes));
  }

  /** Reads exactly a range of a file. */
  static ByteBuffer read(FileChannel channel, long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new EOFException("end of file before byte " + (offset + length));
      }
    }
    return buffer.flip();
  }

  private static ByteBuffer bytes(TensorInfo tensor) {
    check(
        tensor.bytes() <= Integer.MAX_VALUE - 8,
        ErrorCode.MODEL_TENSOR,
        "Tensor %s has %s bytes, too many for an array",
        tensor.name(),
        tensor.bytes());
    try (FileChannel channel = FileChannel.open(tensor.file())) {
      return read(channel, tensor.offset(), (int) tensor.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, "Cannot read tensor " + tensor.name() + " of " + tensor.file(), e);
    }
  }

  private static float half(short bits) {
    float sign = bits < 0 ? -1f : 1f;
    int exponent = bits >> 10 & 0x1F;
    int fraction = bits & 0x3FF;
    if (exponent == 0) {
      return sign * fraction * 0x1p-24f;
    }
    if (exponent == 0x1F) {
      return fraction == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
    }
    return sign * Float.intBitsToFloat(exponent + 112 << 23 | fraction << 13);
  }
}
