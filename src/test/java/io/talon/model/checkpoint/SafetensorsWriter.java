package io.talon.model.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes small safetensors files for tests. */
public final class SafetensorsWriter {
  private final List<String> entries = new ArrayList<>();
  private final List<byte[]> data = new ArrayList<>();
  private long offset;

  /** Adds a tensor of zeros. */
  public SafetensorsWriter zeros(String name, String dtype, long... shape) {
    int element = switch (dtype) {
      case "I64" -> 8;
      case "F32" -> 4;
      case "BF16", "F16" -> 2;
      case "BOOL" -> 1;
      default -> throw new IllegalArgumentException(dtype);
    };
    long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    return add(name, dtype, new byte[Math.toIntExact(elements * element)], shape);
  }

  public SafetensorsWriter floats(String name, float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return add(name, "F32", bytes.array(), shape);
  }

  public SafetensorsWriter halves(String name, String dtype, int... bits) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : bits) {
      bytes.putShort((short) value);
    }
    return add(name, dtype, bytes.array(), bits.length);
  }

  public SafetensorsWriter longs(String name, long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return add(name, "I64", bytes.array(), values.length);
  }

  public SafetensorsWriter add(String name, String dtype, byte[] bytes, long... shape) {
    entries.add(entry(name, dtype, Arrays.toString(shape), offset, offset + bytes.length));
    data.add(bytes);
    offset += bytes.length;
    return this;
  }

  /** One entry of a header. */
  public static String entry(String name, String dtype, String shape, long begin, long end) {
    return String.format("\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%s,%s]}", name, dtype, shape, begin, end);
  }

  public Path write(Path file) throws IOException {
    ByteBuffer body = ByteBuffer.allocate((int) offset);
    data.forEach(body::put);
    return write(file, "{\"__metadata__\":{\"format\":\"pt\"}," + String.join(",", entries) + "}", body.array());
  }

  /** Writes a file of any header and data, right or wrong. */
  public static Path write(Path file, String header, byte[] body) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + body.length).order(ByteOrder.LITTLE_ENDIAN);
    return Files.write(file, bytes.putLong(json.length).put(json).put(body).array());
  }
}
