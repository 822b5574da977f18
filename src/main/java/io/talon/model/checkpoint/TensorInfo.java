package io.talon.model.checkpoint;

import java.nio.file.Path;

/**
 * Where a tensor lies, little-endian and row by row, in a safetensors or torch.save file.
 *
 * @param name name in the checkpoint
 * @param file the file that holds it
 * @param dtype as safetensors spells it: F32, BF16, F16, I64, BOOL, ...
 * @param shape sizes of its dimensions, row-major, empty for a scalar
 * @param offset first byte, from the beginning of the file
 * @param bytes length
 */
public record TensorInfo(String name, Path file, String dtype, long[] shape, long offset, long bytes) {
  /** Number of elements, 1 for a scalar. */
  public long elements() {
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyExact(elements, size);
    }
    return elements;
  }

  /** Bytes of one element, 0 for a type that is not known. */
  static int itemBytes(String dtype) {
    return switch (dtype) {
      case "F64", "I64", "U64" -> 8;
      case "F32", "I32", "U32" -> 4;
      case "F16", "BF16", "I16", "U16" -> 2;
      case "I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2" -> 1;
      default -> 0;
    };
  }
}
