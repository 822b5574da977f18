package io.talon.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.IValue;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.model.HeadSpec;
import io.talon.model.TargetSpec;
import io.talon.model.TensorLayout;
import io.talon.model.checkpoint.Checkpoint;
import io.talon.model.checkpoint.TensorInfo;
import io.talon.model.checkpoint.TensorReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;

/**
 * Brings a checkpoint into the script: files are mapped by torch itself, parts that belong together are joined, converted
 * to the compute type, and packed. The JVM never sees a weight, since a bf16 array would end it.
 */
final class Weights {
  /** What becomes of joined parts; the numbers are those that the script's {@code seal} knows. */
  private enum Kind {
    LINEAR,
    TABLE,
    VECTOR,
    NORM,
    IDS
  }

  private final ScriptModule module;
  private final Checkpoint checkpoint;

  private Weights(ScriptModule module, Checkpoint checkpoint) {
    this.module = module;
    this.checkpoint = checkpoint;
  }

  static void loadTarget(ScriptModule module, Checkpoint checkpoint, TargetSpec spec) {
    Weights weights = new Weights(module, checkpoint);
    weights.seal("embedding", Kind.TABLE, "model.embed_tokens.weight");
    for (int i = 0; i < spec.layers(); i++) {
      weights.loadLayer("model.layers." + i + ".", spec);
    }
    weights.seal("norm_final", Kind.NORM, "model.norm.weight");
    weights.seal("output", Kind.LINEAR, spec.tiedOutput() ? "model.embed_tokens.weight" : "lm_head.weight");
  }

  private void loadLayer(String layer, TargetSpec spec) {
    String attention = layer + "self_attn.";
    seal("qkv", Kind.LINEAR, attention + "q_proj.weight", attention + "k_proj.weight", attention + "v_proj.weight");
    seal("out", Kind.LINEAR, attention + "o_proj.weight");
    if (spec.qkvBias()) {
      seal("qkv_bias", Kind.VECTOR, attention + "q_proj.bias", attention + "k_proj.bias", attention + "v_proj.bias");
    }
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

  static void loadHead(ScriptModule module, Checkpoint checkpoint, HeadSpec spec) {
    Weights weights = new Weights(module, checkpoint);
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
    giveIds(module, TensorLayout.draftToTarget(checkpoint, spec));
  }

  /** The ids that a draft model shares with its target: the first so many. */
  static void giveSharedIds(ScriptModule module, int vocabulary) {
    int[] ids = new int[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      ids[i] = i;
    }
    giveIds(module, ids);
  }

  private void seal(String list, Kind kind, String... parts) {
    for (String part : parts) {
      push(checkpoint.tensor(part));
    }
    module.number("seal", IValue.from(list), IValue.from(kind.ordinal()));
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
          IValue.from(tensor.file().toString()),
          IValue.from(torchType(tensor)),
          IValue.from(Files.size(tensor.file()) / itemBytes),
          IValue.from(tensor.offset() / itemBytes),
          IValue.from(rows),
          IValue.from(columns));
    } catch (IOException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, tensor.file() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** A tensor that lies at an odd offset cannot be mapped as numbers. */
  private void pushCopy(TensorInfo tensor, int rows, int columns) {
    float[] values = TensorReader.floats(tensor);
    ByteBuffer buffer = ByteBuffer.allocateDirect(Math.multiplyExact(values.length, Float.BYTES)).order(ByteOrder.nativeOrder());
    buffer.asFloatBuffer().put(values);
    module.number("give", module.tensor(buffer, DataType.FLOAT32, rows, columns));
  }

  private static void giveIds(ScriptModule module, int[] ids) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(ids.length * Long.BYTES).order(ByteOrder.nativeOrder());
    for (int i = 0; i < ids.length; i++) {
      buffer.putLong(i * Long.BYTES, ids[i]);
    }
    module.number("give", module.tensor(buffer, DataType.INT64, ids.length, 1));
    module.number("seal", IValue.from("h_ids"), IValue.from(Kind.IDS.ordinal()));
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
