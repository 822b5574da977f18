package io.talon.torch.module;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.engine.ComputeType;
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
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Brings a checkpoint into the script: files are mapped by torch itself, parts that belong together are joined, converted
 * to the compute type, and packed. The JVM never sees a weight, since a bf16 array would end it.
 */
public final class Weights {
  /** What becomes of joined parts; the script's {@code store} knows them by name. */
  public enum Kind {
    LINEAR,
    TABLE,
    VECTOR,
    NORM,
    IDS;

    private String script() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A tensor of the script.
   *
   * @param list where it lies
   * @param index its place there
   * @param parts what it was joined from
   */
  public record Stored(String list, int index, Kind kind, List<TensorInfo> parts) {}

  /** What the library's choice of a layout can depend on. */
  private record Shape(ComputeType type, int threads, long rows, long columns) {}

  private static final long[] UNITS = {1, 64, 192}; // 192: a multiple of all blocks of outputs that were seen
  private static final Map<Shape, Long> FOUND_UNITS = new ConcurrentHashMap<>();

  private final ScriptModule module;
  private final Checkpoint checkpoint;
  private final EngineLayout layout;
  private final int dtype;
  private final boolean integers;
  private long unit = 1; // of the matrix stored last
  private final List<Stored> stored = new ArrayList<>();

  private Weights(ScriptModule module, Checkpoint checkpoint, EngineLayout layout, int dtype, boolean integers) {
    this.module = module;
    this.checkpoint = checkpoint;
    this.layout = layout;
    this.dtype = dtype;
    this.integers = integers;
  }

  /** Loads the target; returns what the script holds now. */
  public static List<Stored> loadTarget(ScriptModule module, Checkpoint checkpoint, TargetSpec spec, EngineLayout layout) {
    Weights weights = new Weights(module, checkpoint, layout, EngineScript.compute(layout), layout.int8());
    weights.store("embedding", Kind.TABLE, "model.embed_tokens.weight");
    for (int i = 0; i < spec.layers(); i++) {
      weights.loadLayer("model.layers." + i + ".", spec);
    }
    weights.store("norm_final", Kind.NORM, "model.norm.weight");
    weights.store("output", Kind.LINEAR, spec.tiedOutput() ? "model.embed_tokens.weight" : "lm_head.weight");
    return weights.stored;
  }

  private void loadLayer(String layer, TargetSpec spec) {
    String attention = layer + "self_attn.";
    store("qkv", Kind.LINEAR, attention + "q_proj.weight", attention + "k_proj.weight", attention + "v_proj.weight");
    if (spec.qkvBias()) {
      store("qkv_bias", Kind.VECTOR, attention + "q_proj.bias", attention + "k_proj.bias", attention + "v_proj.bias");
    }
    store("out", Kind.LINEAR, attention + "o_proj.weight");
    if (spec.outputBias()) {
      store("out_bias", Kind.VECTOR, attention + "o_proj.bias");
    }
    if (spec.qkNorm()) {
      store("norm_query", Kind.NORM, attention + "q_norm.weight");
      store("norm_key", Kind.NORM, attention + "k_norm.weight");
    }
    store("norm_attention", Kind.NORM, layer + "input_layernorm.weight");
    store("norm_mlp", Kind.NORM, layer + "post_attention_layernorm.weight");
    store("gate_up", Kind.LINEAR, layer + "mlp.gate_proj.weight", layer + "mlp.up_proj.weight");
    store("down", Kind.LINEAR, layer + "mlp.down_proj.weight");
  }

  /** Loads an EAGLE-3 head, but for the ids of its vocabulary; returns what the script holds now. */
  public static List<Stored> loadHead(ScriptModule module, Checkpoint checkpoint, HeadSpec spec, EngineLayout layout) {
    Weights weights = new Weights(module, checkpoint, layout, EngineScript.headDtype(layout), layout.headInt8());
    String layer = spec.layerPrefix();
    String attention = layer + "self_attn.";
    if (spec.ownEmbedding()) {
      weights.store("h_embedding", Kind.TABLE, "embed_tokens.weight");
    }
    weights.store("h_fc", Kind.LINEAR, "fc.weight");
    weights.store("h_qkv", Kind.LINEAR, attention + "q_proj.weight", attention + "k_proj.weight", attention + "v_proj.weight");
    weights.store("h_out", Kind.LINEAR, attention + "o_proj.weight");
    weights.store("h_gate_up", Kind.LINEAR, layer + "mlp.gate_proj.weight", layer + "mlp.up_proj.weight");
    weights.store("h_down", Kind.LINEAR, layer + "mlp.down_proj.weight");
    weights.store("h_norms", Kind.NORM, layer + "input_layernorm.weight");
    weights.store("h_norms", Kind.NORM, layer + "hidden_norm.weight");
    weights.store("h_norms", Kind.NORM, layer + "post_attention_layernorm.weight");
    weights.store("h_norms", Kind.NORM, "norm.weight");
    if (spec.recurrence().normedFusion()) {
      weights.store("h_norms", Kind.NORM, "input_norm.weight");
    }
    weights.store("h_output", Kind.LINEAR, "lm_head.weight");
    return weights.stored;
  }

  private void store(String list, Kind kind, String... parts) {
    List<TensorInfo> tensors = Stream.of(parts).map(checkpoint::tensor).toList();
    tensors.forEach(this::stage);
    int index = (int) stored.stream().filter(earlier -> earlier.list().equals(list)).count();
    stored.add(new Stored(list, index, kind, tensors));
    if (kind == Kind.LINEAR) {
      unit = unit(tensors);
    }
    module.number(
        "store",
        Argument.of(list),
        Argument.of(kind.script()),
        Argument.of(dtype),
        Argument.of(unit),
        Argument.of(integers));
  }

  /** Of what the outputs of a packed matrix must be a multiple; tried once for every shape. */
  private long unit(List<TensorInfo> parts) {
    if (layout.cuda() || integers) {
      return 1;
    }
    long rows = parts.stream().mapToLong(part -> part.shape()[0]).sum();
    Shape shape = new Shape(layout.type(), layout.threads(), rows, parts.get(0).shape()[1]);
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

  private void stage(TensorInfo tensor) {
    // vectors are columns, so that they can be joined like matrices
    int columns = tensor.shape().length == 1 ? 1 : Math.toIntExact(tensor.shape()[1]);
    int rows = Math.toIntExact(tensor.elements() / columns);
    int itemBytes = Math.toIntExact(tensor.bytes() / tensor.elements());
    if (tensor.offset() % itemBytes != 0) {
      stageCopy(tensor, rows, columns);
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
  private void stageCopy(TensorInfo tensor, int rows, int columns) {
    module.number("stage", Argument.floats(TensorReader.floats(tensor), rows, columns));
  }

  /** Stores the target id of every draft id. */
  public static void storeIds(ScriptModule module, int[] ids) {
    module.number("stage", Argument.integers(ids, ids.length, 1));
    module.number("store", Argument.of("h_ids"), Argument.of(Kind.IDS.script()), Argument.of(EngineScript.INT64), Argument.of(1),
        Argument.of(false));
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
