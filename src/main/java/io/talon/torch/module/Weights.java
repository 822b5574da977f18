package io.talon.torch.module;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.model.HeadSpec;
import io.talon.model.TargetSpec;
import io.talon.model.checkpoint.Checkpoint;
import io.talon.model.checkpoint.TensorInfo;
import io.talon.model.checkpoint.TensorReader;
import io.talon.torch.script.Argument;
import io.talon.torch.script.ScriptModule;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Brings a checkpoint into the script: files are mapped by torch itself, parts that belong together are joined, converted
 * to the compute type, and packed. The JVM never sees a weight, since a bf16 array would end it.
 */
public final class Weights {
  /** What becomes of joined parts; the numbers are those that the script's {@code seal} knows. */
  public enum Kind {
    LINEAR,
    TABLE,
    VECTOR,
    NORM,
    IDS
  }

  /**
   * A tensor of the script.
   *
   * @param list where it lies
   * @param index its place there
   * @param parts what it was joined from
   */
  public record Sealed(String list, int index, Kind kind, List<TensorInfo> parts) {}

  /** What the library's choice of a layout can depend on. */
  private record Shape(boolean bf16, int threads, long rows, long columns) {}

  private static final long[] UNITS = {1, 64, 192}; // 192: a multiple of all blocks of outputs that were seen
  private static final Map<Shape, Long> FOUND_UNITS = new ConcurrentHashMap<>();

  private final ScriptModule module;
  private final Checkpoint checkpoint;
  private final EngineLayout layout;
  private long unit = 1; // of the matrix sealed last
  private final List<Sealed> sealed = new ArrayList<>();

  private Weights(ScriptModule module, Checkpoint checkpoint, EngineLayout layout) {
    this.module = module;
    this.checkpoint = checkpoint;
    this.layout = layout;
  }

  /** Loads the target; returns what the script holds now. */
  public static List<Sealed> loadTarget(ScriptModule module, Checkpoint checkpoint, TargetSpec spec, EngineLayout layout) {
    Weights weights = new Weights(module, checkpoint, layout);
    weights.seal("embedding", Kind.TABLE, "model.embed_tokens.weight");
    for (int i = 0; i < spec.layers(); i++) {
      weights.loadLayer("model.layers." + i + ".", spec);
    }
    weights.seal("norm_final", Kind.NORM, "model.norm.weight");
    weights.seal("output", Kind.LINEAR, spec.tiedOutput() ? "model.embed_tokens.weight" : "lm_head.weight");
    return weights.sealed;
  }

  private void loadLayer(String layer, TargetSpec spec) {
    String attention = layer + "self_attn.";
    seal("qkv", Kind.LINEAR, attention + "q_proj.weight", attention + "k_proj.weight", attention + "v_proj.weight");
    if (spec.qkvBias()) {
      seal("qkv_bias", Kind.VECTOR, attention + "q_proj.bias", attention + "k_proj.bias", attention + "v_proj.bias");
    }
    seal("out", Kind.LINEAR, attention + "o_proj.weight");
    if (spec.outputBias()) {
      seal("out_bias", Kind.VECTOR, attention + "o_proj.bias");
    }
    if (spec.qkNorm()) {
      seal("norm_query", Kind.NORM, attention + "q_norm.weight");
      seal("norm_key", Kind.NORM, attention + "k_norm.weight");
    }
    seal("norm_attention", Kind.NORM, layer + "input_layernorm.weight");
    seal("norm_mlp", Kind.NORM, layer + "post_attention_layernorm.weight");
    seal("gate_up", Kind.LINEAR, layer + "mlp.gate_proj.weight", layer + "mlp.up_proj.weight");
    seal("down", Kind.LINEAR, layer + "mlp.down_proj.weight");
  }

  /** Loads an EAGLE-3 head, but for the ids of its vocabulary; returns what the script holds now. */
  public static List<Sealed> loadHead(ScriptModule module, Checkpoint checkpoint, HeadSpec spec, EngineLayout layout) {
    Weights weights = new Weights(module, checkpoint, layout);
    String layer = spec.layerPrefix();
    String attention = layer + "self_attn.";
    if (spec.ownEmbedding()) {
      weights.seal("h_embedding", Kind.TABLE, "embed_tokens.weight");
    }
    weights.seal("h_fc", Kind.LINEAR, "fc.weight");
    weights.seal("h_qkv", Kind.LINEAR, attention + "q_proj.weight", attention + "k_proj.weight", attention + "v_proj.weight");
    weights.seal("h_out", Kind.LINEAR, attention + "o_proj.weight");
    weights.seal("h_gate_up", Kind.LINEAR, layer + "mlp.gate_proj.weight", layer + "mlp.up_proj.weight");
    weights.seal("h_down", Kind.LINEAR, layer + "mlp.down_proj.weight");
    weights.seal("h_norms", Kind.NORM, layer + "input_layernorm.weight");
    weights.seal("h_norms", Kind.NORM, layer + "hidden_norm.weight");
    weights.seal("h_norms", Kind.NORM, layer + "post_attention_layernorm.weight");
    weights.seal("h_norms", Kind.NORM, "norm.weight");
    if (spec.recurrence().normedFusion()) {
      weights.seal("h_norms", Kind.NORM, "input_norm.weight");
    }
    weights.seal("h_output", Kind.LINEAR, "lm_head.weight");
    return weights.sealed;
  }

  private void seal(String list, Kind kind, String... parts) {
    List<TensorInfo> tensors = Stream.of(parts).map(checkpoint::tensor).toList();
    tensors.forEach(this::push);
    int index = (int) sealed.stream().filter(earlier -> earlier.list().equals(list)).count();
    sealed.add(new Sealed(list, index, kind, tensors));
    if (kind == Kind.LINEAR) {
      unit = unit(tensors);
    }
    module.number("seal", Argument.of(list), Argument.of(kind.ordinal()), Argument.of(unit));
  }

  /** Of what the outputs of a packed matrix must be a multiple; tried once for every shape. */
  private long unit(List<TensorInfo> parts) {
    if (layout.cuda()) {
      return 1;
    }
    long rows = parts.stream().mapToLong(part -> part.shape()[0]).sum();
    Shape shape = new Shape(layout.bf16(), layout.threads(), rows, parts.get(0).shape()[1]);
    Long found = FOUND_UNITS.get(shape);
    if (found == null) {
      found = module.number("unit", Argument.list(UNITS));
      check(
          found > 0,
          ErrorCode.ENGINE,
          "the native library's product of packed weights is wrong on this processor for %s, and will not serve: %s x %s, %s threads;"
              + " try another number of --threads or another --dtype",
          parts.get(0).name(),
          rows,
          shape.columns(),
          shape.threads());
      FOUND_UNITS.put(shape, found);
    }
    return found;
  }

  private void push(TensorInfo tensor) {
    // vectors are columns, so that they can be joined like matrices
    int columns = tensor.shape().length == 1 ? 1 : Math.toIntExact(tensor.shape()[1]);
    int rows = Math.toIntExact(tensor.elements() / columns);
    int itemBytes = Math.toIntExact(tensor.bytes() / tensor.elements());
    if (tensor.offset() % itemBytes != 0) {
      pushCopy(tensor, rows, columns);
      return;
    }
    try {
      module.number(
          "read",
          Argument.of(tensor.file().toString()),
          Argument.of(torchType(tensor)),
          Argument.of(Files.size(tensor.file()) / itemBytes),
          Argument.of(tensor.offset() / itemBytes),
          Argument.of(rows),
          Argument.of(columns));
    } catch (IOException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, tensor.file() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** A tensor that lies at an odd offset cannot be mapped as numbers. */
  private void pushCopy(TensorInfo tensor, int rows, int columns) {
    module.number("give", Argument.floats(TensorReader.floats(tensor), rows, columns));
  }

  /** Gives the target id of every draft id. */
  public static void giveIds(ScriptModule module, int[] ids) {
    module.number("give", Argument.integers(ids, ids.length, 1));
    module.number("seal", Argument.of("h_ids"), Argument.of(Kind.IDS.ordinal()), Argument.of(1));
  }

  private static int torchType(TensorInfo tensor) {
    return switch (tensor.dtype()) {
      case "F32" -> EngineScript.FLOAT32;
      case "BF16" -> EngineScript.BFLOAT16;
      case "F16" -> EngineScript.FLOAT16;
      default -> throw new TalonException(
          ErrorCode.MODEL_TENSOR, tensor.name() + " must be F32, BF16 or F16, found " + tensor.dtype());
    };
  }
}
