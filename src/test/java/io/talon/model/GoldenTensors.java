package io.talon.model;

import java.nio.file.Path;
import java.util.Map;

/** The tensors of a safetensors file, for comparisons in tests. */
public final class GoldenTensors {
  private final Map<String, TensorInfo> tensors;

  private GoldenTensors(Map<String, TensorInfo> tensors) {
    this.tensors = tensors;
  }

  public static GoldenTensors read(Path file) {
    return new GoldenTensors(SafetensorsHeader.read(file));
  }

  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  public float[] floats(String name) {
    return TensorReader.floats(tensors.get(name));
  }

  public int[] ints(String name) {
    long[] values = TensorReader.longs(tensors.get(name));
    int[] ints = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      ints[i] = Math.toIntExact(values[i]);
    }
    return ints;
  }
}
