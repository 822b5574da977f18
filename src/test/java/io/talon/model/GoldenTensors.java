package io.talon.model;

import io.talon.model.checkpoint.SafetensorsHeader;
import io.talon.model.checkpoint.TensorInfo;
import io.talon.model.checkpoint.TensorReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
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

  /** The values of an I64 or I32 tensor. */
  public int[] ints(String name) {
    TensorInfo tensor = tensors.get(name);
    if (tensor.dtype().equals("I32")) {
      return narrow(tensor);
    }
    long[] values = TensorReader.longs(tensors.get(name));
    int[] ints = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      ints[i] = Math.toIntExact(values[i]);
    }
    return ints;
  }

  private static int[] narrow(TensorInfo tensor) {
    int[] ints = new int[(int) tensor.elements()];
    try {
      byte[] file = Files.readAllBytes(tensor.file());
      ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position((int) tensor.offset()).asIntBuffer().get(ints);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ints;
  }
}
