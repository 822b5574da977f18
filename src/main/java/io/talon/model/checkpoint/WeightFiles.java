package io.talon.model.checkpoint;

import static io.talon.TalonException.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The forms in which a model directory holds weights, each as one file or as shards with an index; the first one found is read. */
enum WeightFiles {
  SAFETENSORS("model.safetensors", SafetensorsHeader::read),
  PICKLED("pytorch_model.bin", TorchFile::read);

  private final String single;
  private final Function<Path, Map<String, TensorInfo>> reader;

  WeightFiles(String single, Function<Path, Map<String, TensorInfo>> reader) {
    this.single = single;
    this.reader = reader;
  }

  /** The tensors of a directory by name, sorted; MODEL_FILE when files are missing, truncated or malformed. */
  static Map<String, TensorInfo> index(Path directory) {
    for (WeightFiles form : values()) {
      if (Files.isRegularFile(directory.resolve(form.single))) {
        return new TreeMap<>(form.reader.apply(directory.resolve(form.single)));
      }
      if (Files.isRegularFile(directory.resolve(form.indexName()))) {
        return form.sharded(directory);
      }
    }
    throw new TalonException(
        ErrorCode.MODEL_FILE,
        String.format(
            "Model directory %s has neither %s nor %s, nor an index of shards of either; it holds: %s",
            directory, SAFETENSORS.single, PICKLED.single, ModelFiles.listing(directory)));
  }

  private String indexName() {
    return single + ".index.json";
  }

  private Map<String, TensorInfo> sharded(Path directory) {
    Path index = directory.resolve(indexName());
    Map<String, Map<String, TensorInfo>> shards = new HashMap<>();
    Map<String, TensorInfo> tensors = new TreeMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> fields = weightMap(index).fields(); fields.hasNext();) {
      Map.Entry<String, JsonNode> field = fields.next();
      String name = field.getKey();
      String shard = field.getValue().asText();
      check(
          !shard.isEmpty() && Path.of(shard).getNameCount() == 1 && !shard.equals(".."),
          ErrorCode.MODEL_FILE,
          "%s: tensor %s must be mapped to a file name, found %s",
          index,
          name,
          field.getValue());
      TensorInfo tensor =
          shards.computeIfAbsent(shard, file -> reader.apply(ModelFiles.require(directory, file))).get(name);
      check(tensor != null, ErrorCode.MODEL_FILE, "%s says that tensor %s is in %s, which has no such tensor", index, name,
          shard);
      tensors.put(name, tensor);
    }
    return tensors;
  }

  private static JsonNode weightMap(Path index) {
    JsonNode map;
    try {
      map = new ObjectMapper().readTree(Files.readAllBytes(index)).path("weight_map");
    } catch (JsonProcessingException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, index + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, "Cannot read " + index, e);
    }
    check(map.isObject() && !map.isEmpty(), ErrorCode.MODEL_FILE, "%s has no weight_map", index);
    return map;
  }
}
