package io.talon.model;

import java.nio.file.Path;

/**
 * Where a tensor lies in a safetensors file.
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
}
