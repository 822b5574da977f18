package io.talon.model.checkpoint;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An index of the tensors in a model directory, whatever the form of its files; reads no weights. */
public final class Checkpoint {
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
    return new Checkpoint(directory, WeightFiles.index(directory));
  }

  public Path directory() {
    return directory;
  }

  /** Bytes of all tensors, as the files have them. */
  public long bytes() {
    return tensors.values().stream().mapToLong(TensorInfo::bytes).sum();
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
