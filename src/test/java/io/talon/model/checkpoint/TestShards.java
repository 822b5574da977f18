package io.talon.model.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Splits a checkpoint of one safetensors file into shards for tests. */
public final class TestShards {
  private static final int SHARDS = 3;

  private TestShards() {}

  /** Writes three safetensors files and their index. */
  public static void safetensors(Path source, Path directory) throws IOException {
    SafetensorsWriter[] shards = new SafetensorsWriter[SHARDS];
    Arrays.setAll(shards, i -> new SafetensorsWriter());
    Map<String, TensorInfo> tensors = SafetensorsHeader.read(source);
    byte[] bytes = Files.readAllBytes(source);
    for (TensorInfo tensor : tensors.values()) {
      shards[shard(tensor.name())].add(tensor.name(), tensor.dtype(), data(bytes, tensor), tensor.shape());
    }
    for (int i = 0; i < SHARDS; i++) {
      shards[i].write(directory.resolve(file(i, ".safetensors")));
    }
    writeIndex(tensors, directory, "model.safetensors", ".safetensors");
  }

  /** Writes three torch.save files and their index. */
  public static void pickled(Path source, Path directory) throws IOException {
    TorchFileWriter[] shards = new TorchFileWriter[SHARDS];
    Arrays.setAll(shards, i -> new TorchFileWriter());
    Map<String, TensorInfo> tensors = SafetensorsHeader.read(source);
    byte[] bytes = Files.readAllBytes(source);
    for (TensorInfo tensor : tensors.values()) {
      String type = TorchFileWriter.storageType(tensor.dtype());
      shards[shard(tensor.name())].add(tensor.name(), type, data(bytes, tensor), tensor.shape());
    }
    for (int i = 0; i < SHARDS; i++) {
      shards[i].write(directory.resolve(file(i, ".bin")));
    }
    writeIndex(tensors, directory, "pytorch_model.bin", ".bin");
  }

  private static void writeIndex(Map<String, TensorInfo> tensors, Path directory, String name, String ending) throws IOException {
    String entries =
        tensors.keySet().stream()
            .map(tensor -> "\"%s\": \"%s\"".formatted(tensor, file(shard(tensor), ending)))
            .collect(Collectors.joining(",\n"));
    Files.writeString(directory.resolve(name + ".index.json"), "{\"weight_map\": {" + entries + "}}");
  }

  private static byte[] data(byte[] file, TensorInfo tensor) {
    return Arrays.copyOfRange(file, (int) tensor.offset(), (int) (tensor.offset() + tensor.bytes()));
  }

  private static int shard(String tensor) {
    return Math.floorMod(tensor.hashCode(), SHARDS);
  }

  private static String file(int shard, String ending) {
    return "shard-" + shard + ending;
  }
}
