package io.talon.model;

import static io.talon.TalonException.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** An index of the tensors in a model directory: {@code model.safetensors}, or the shards of its index file; reads no weights. */
public final class Checkpoint {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String PICKLED = "pytorch_model.bin";
  private static final Set<String> WEIGHT_TYPES = Set.of("F32", "BF16", "F16");
  private static final int SIMILAR = 3;

  private final Path directory;
  private final Map<String, TensorInfo> tensors;

  private Checkpoint(Path directory, Map<String, TensorInfo> tensors) {
    this.directory = directory;
    this.tensors = tensors;
  }

  /** Opens a directory; MODEL_FILE when files are missing, truncated or malformed. */
  public static Checkpoint open(Path directory) {
    ModelFiles.requireDirectory(directory);
    if (Files.isRegularFile(directory.resolve(SINGLE))) {
      return new Checkpoint(directory, new TreeMap<>(SafetensorsHeader.read(directory.resolve(SINGLE))));
    }
    if (Files.isRegularFile(directory.resolve(INDEX))) {
      return new Checkpoint(directory, sharded(directory));
    }
    check(
        !Files.exists(directory.resolve(PICKLED)) && !Files.exists(directory.resolve(PICKLED + ".index.json")),
        ErrorCode.MODEL_FILE,
        "Model directory %s has %s only; safetensors are needed: convert it to %s",
        directory,
        PICKLED,
        SINGLE);
    throw new TalonException(
        ErrorCode.MODEL_FILE,
        String.format(
            "Model directory %s has neither %s nor %s; it holds: %s", directory, SINGLE, INDEX, ModelFiles.listing(directory)));
  }

  public Path directory() {
    return directory;
  }

  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** Names of all tensors, sorted. */
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /** A tensor by name; MODEL_TENSOR with similar names when there is none. */
  public TensorInfo tensor(String name) {
    TensorInfo tensor = tensors.get(name);
    if (tensor == null) {
      throw new TalonException(
          ErrorCode.MODEL_TENSOR,
          String.format("%s has no tensor %s; the nearest of its %s names: %s", directory, name, tensors.size(), similar(name)));
    }
    return tensor;
  }

  /** A weight (F32, BF16 or F16) of a given shape; MODEL_TENSOR when it is missing or different. */
  public TensorInfo require(String name, long... shape) {
    TensorInfo tensor = requireShape(name, shape);
    check(
        WEIGHT_TYPES.contains(tensor.dtype()),
        ErrorCode.MODEL_TENSOR,
        "%s: tensor %s must be F32, BF16 or F16, found %s",
        directory,
        name,
        tensor.dtype());
    return tensor;
  }

  /** A table (for example I64 or BOOL) of a given shape; MODEL_TENSOR when it is missing or different. */
  public TensorInfo requireTable(String name, String dtype, long... shape) {
    TensorInfo tensor = requireShape(name, shape);
    check(
        tensor.dtype().equals(dtype),
        ErrorCode.MODEL_TENSOR,
        "%s: tensor %s must be %s, found %s",
        directory,
        name,
        dtype,
        tensor.dtype());
    return tensor;
  }

  private TensorInfo requireShape(String name, long... shape) {
    TensorInfo tensor = tensor(name);
    check(
        Arrays.equals(tensor.shape(), shape),
        ErrorCode.MODEL_TENSOR,
        "%s: tensor %s must have the shape %s, found %s",
        directory,
        name,
        Arrays.toString(shape),
        Arrays.toString(tensor.shape()));
    return tensor;
  }

  private static Map<String, TensorInfo> sharded(Path directory) {
    Path index = directory.resolve(INDEX);
    Map<String, Map<String, TensorInfo>> shards = new HashMap<>();
    Map<String, TensorInfo> tensors = new TreeMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> fields = weightMap(index).fields(); fields.hasNext(); ) {
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
          shards.computeIfAbsent(shard, file -> SafetensorsHeader.read(ModelFiles.require(directory, file))).get(name);
      check(tensor != null, ErrorCode.MODEL_FILE, "%s says that tensor %s is in %s, which has no such tensor", index, name, shard);
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

  private List<String> similar(String name) {
    return tensors.keySet().stream().sorted(Comparator.comparingInt(other -> distance(name, other))).limit(SIMILAR).toList();
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
