package io.talon.model.checkpoint;

import static io.talon.TalonException.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the header of a safetensors file: eight bytes little-endian length, then JSON; the weights follow and are not read. */
public final class SafetensorsHeader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LENGTH_BYTES = 8;
  private static final long LONGEST = 100_000_000; // the format's own limit

  private SafetensorsHeader() {}

  /** The tensors of a file by name; MODEL_FILE when it is truncated or malformed, MODEL_TENSOR when an entry contradicts itself. */
  public static Map<String, TensorInfo> read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      check(size >= LENGTH_BYTES, ErrorCode.MODEL_FILE, "%s is truncated: %s bytes, a safetensors file has at least 8", file,
          size);
      long length = TensorReader.read(channel, 0, LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
      check(
          length > 0 && length <= LONGEST,
          ErrorCode.MODEL_FILE,
          "%s is no safetensors file: its header would have %s bytes",
          file,
          Long.toUnsignedString(length));
      long dataStart = LENGTH_BYTES + length;
      check(
          dataStart <= size,
          ErrorCode.MODEL_FILE,
          "%s is truncated: the header needs %s bytes, the file has %s",
          file,
          dataStart,
          size);
      return entries(file, header(file, TensorReader.read(channel, LENGTH_BYTES, (int) length)), dataStart, size);
    } catch (EOFException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, file + " became shorter while it was read", e);
    } catch (IOException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, "Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static JsonNode header(Path file, ByteBuffer bytes) throws IOException {
    JsonNode header;
    try {
      header = JSON.readTree(bytes.array());
    } catch (JsonProcessingException e) {
      throw new TalonException(
          ErrorCode.MODEL_FILE, file + " is no safetensors file: its header is not JSON: " + e.getOriginalMessage(), e);
    }
    check(header.isObject(), ErrorCode.MODEL_FILE, "%s is no safetensors file: its header is no JSON object", file);
    return header;
  }

  private static Map<String, TensorInfo> entries(Path file, JsonNode header, long dataStart, long size) {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> fields = header.fields(); fields.hasNext();) {
      Map.Entry<String, JsonNode> field = fields.next();
      if (!field.getKey().equals("__metadata__")) {
        tensors.put(field.getKey(), entry(file, field.getKey(), field.getValue(), dataStart, size));
      }
    }
    return tensors;
  }

  private static TensorInfo entry(Path file, String name, JsonNode node, long dataStart, long size) {
    JsonNode offsets = node.path("data_offsets");
    check(
        node.path("dtype").isTextual() && numbers(node.path("shape")) && numbers(offsets) && offsets.size() == 2,
        ErrorCode.MODEL_FILE,
        "%s: the header entry of %s lacks dtype, shape or data_offsets: %s",
        file,
        name,
        node);
    String dtype = node.get("dtype").textValue();
    long[] shape = new long[node.get("shape").size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = node.get("shape").get(i).longValue();
    }
    long begin = offsets.get(0).longValue();
    long end = offsets.get(1).longValue();
    check(
        begin <= end && end <= size - dataStart,
        ErrorCode.MODEL_FILE,
        "%s is truncated or corrupt: tensor %s ends at byte %s of the data, the file has %s",
        file,
        name,
        end,
        size - dataStart);
    TensorInfo tensor = new TensorInfo(name, file, dtype, shape, dataStart + begin, end - begin);
    long wanted = bytes(tensor);
    check(
        wanted == tensor.bytes(),
        ErrorCode.MODEL_TENSOR,
        "%s: tensor %s of %s elements %s takes %s bytes, its data_offsets give %s",
        file,
        name,
        tensor.elements(),
        dtype,
        wanted,
        tensor.bytes());
    return tensor;
  }

  private static boolean numbers(JsonNode node) {
    boolean numbers = node.isArray();
    for (JsonNode item : node) {
      numbers &= item.canConvertToExactIntegral() && item.canConvertToLong() && item.longValue() >= 0;
    }
    return numbers;
  }

  private static long bytes(TensorInfo tensor) {
    int item = TensorInfo.itemBytes(tensor.dtype());
    check(
        item > 0, ErrorCode.MODEL_TENSOR, "%s: tensor %s has the unknown dtype %s", tensor.file(), tensor.name(), tensor.dtype());
    try {
      return Math.multiplyExact(tensor.elements(), (long) item);
    } catch (ArithmeticException e) {
      throw new TalonException(
          ErrorCode.MODEL_TENSOR, tensor.file() + ": the shape of tensor " + tensor.name() + " is beyond all bounds", e);
    }
  }
}
