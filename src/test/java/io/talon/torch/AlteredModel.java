package io.talon.torch;

import io.talon.model.checkpoint.Checkpoint;
import io.talon.model.checkpoint.SafetensorsWriter;
import io.talon.model.checkpoint.TensorInfo;
import io.talon.model.checkpoint.TensorReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A copy of a model in which one value of one tensor is another. */
final class AlteredModel {
  private AlteredModel() {}

  /** Copies a model of one safetensors file in float32, with one value changed. */
  static Path copy(Path model, Path directory, String tensor, int index, float value) throws IOException {
    return copy(model, directory, tensor, index, value, 0);
  }

  /**
   * The same, with all tensors behind so many further bytes.
   *
   * @param shift 1 puts every tensor at an odd offset, where it cannot be mapped
   */
  static Path copy(Path model, Path directory, String tensor, int index, float value, int shift) throws IOException {
    Files.createDirectories(directory);
    for (String file : new String[] {"config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"}) {
      if (Files.exists(model.resolve(file))) {
        Files.copy(model.resolve(file), directory.resolve(file));
      }
    }
    Checkpoint checkpoint = Checkpoint.open(model);
    List<String> entries = new ArrayList<>();
    List<byte[]> bytes = new ArrayList<>();
    long offset = 0;
    for (String name : checkpoint.names()) {
      TensorInfo info = checkpoint.tensor(name);
      float[] values = TensorReader.floats(info);
      if (name.equals(tensor)) {
        values[index] = value;
      }
      byte[] data = new byte[4 * values.length];
      ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
      entries.add(SafetensorsWriter.entry(name, "F32", Arrays.toString(info.shape()), offset, offset + data.length));
      bytes.add(data);
      offset += data.length;
    }
    ByteBuffer body = ByteBuffer.allocate((int) offset);
    bytes.forEach(body::put);
    String header = "{" + String.join(",", entries) + "}";
    // data begin behind the header's eight length bytes; blanks behind the header shift them
    int blanks = Math.floorMod(shift - 8 - header.length(), 8);
    SafetensorsWriter.write(directory.resolve("model.safetensors"), header + " ".repeat(blanks), body.array());
    return directory;
  }
}
