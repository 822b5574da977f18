package io.talon.model;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.model.checkpoint.Checkpoint;
import io.talon.model.checkpoint.TensorReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Which tensors a target and a head consist of, by Hugging Face name, and the strict comparison with a checkpoint. */
public final class TensorLayout {
  private static final String OUTPUT = "lm_head.weight";
  private static final String DRAFT_TO_TARGET = "d2t";
  private static final String TARGET_TO_DRAFT = "t2d";

  private TensorLayout() {}

  /** Name and shape of every weight of a target, in forward order. */
  public static Map<String, long[]> of(TargetSpec spec) {
    Map<String, long[]> layout = new LinkedHashMap<>();
    layout.put("model.embed_tokens.weight", shape(spec.vocabulary(), spec.hidden()));
    for (int i = 0; i < spec.layers(); i++) {
      addLayer(layout, "model.layers." + i + ".", spec);
    }
    layout.put("model.norm.weight", shape(spec.hidden()));
    if (!spec.tiedOutput()) {
      layout.put(OUTPUT, shape(spec.vocabulary(), spec.hidden()));
    }
    return layout;
  }

  /** Name and shape of every weight of a head, in forward order; the tables d2t and t2d are not among them. */
  public static Map<String, long[]> of(HeadSpec spec) {
    Map<String, long[]> layout = new LinkedHashMap<>();
    String layer = spec.layerPrefix();
    if (spec.ownEmbedding()) {
      layout.put("embed_tokens.weight", shape(spec.vocabulary(), spec.hidden()));
    }
    if (spec.recurrence().normedFusion()) {
      layout.put("input_norm.weight", shape(3L * spec.targetHidden()));
    }
    layout.put("fc.weight", shape(spec.hidden(), 3L * spec.targetHidden()));
    layout.put(layer + "input_layernorm.weight", shape(spec.hidden()));
    layout.put(layer + "hidden_norm.weight", shape(spec.hidden()));
    addProjections(layout, layer, spec.heads(), spec.kvHeads(), spec.headDim(), 2 * spec.hidden());
    layout.put(layer + "self_attn.o_proj.weight", shape(spec.hidden(), (long) spec.heads() * spec.headDim()));
    addFeedForward(layout, layer, spec.hidden(), spec.intermediate());
    layout.put("norm.weight", shape(spec.hidden()));
    layout.put(OUTPUT, shape(spec.draftVocabulary(), spec.hidden()));
    return layout;
  }

  /**
   * Compares a target's checkpoint.
   *
   * <p>MODEL_PAIR when it is a head's; MODEL_TENSOR with the first tensor that is missing, different or superfluous.
   */
  public static void check(Checkpoint checkpoint, TargetSpec spec) {
    TalonException.check(
        !checkpoint.has("fc.weight") || checkpoint.has("model.embed_tokens.weight"),
        ErrorCode.MODEL_PAIR,
        "%s holds a draft head, not a target model: it has fc.weight and no model.embed_tokens.weight",
        checkpoint.directory());
    Map<String, long[]> layout = of(spec);
    layout.forEach(checkpoint::require);
    refuseOthers(checkpoint, layout.keySet(), spec.tiedOutput() ? Set.of(OUTPUT) : Set.of());
  }

  /** Compares a head's checkpoint, its id table included; MODEL_TENSOR names the first tensor that is wrong. */
  public static void check(Checkpoint checkpoint, HeadSpec spec) {
    Map<String, long[]> layout = of(spec);
    layout.forEach(checkpoint::require);
    refuseOthers(checkpoint, layout.keySet(), Set.of(DRAFT_TO_TARGET, TARGET_TO_DRAFT));
    draftToTarget(checkpoint, spec);
  }

  /**
   * The target id of every draft id // [draftVocabulary].
   *
   * <p>The file holds offsets: target id = i + d2t[i]. MODEL_TENSOR when an id is out of range or hit twice.
   */
  public static int[] draftToTarget(Checkpoint checkpoint, HeadSpec spec) {
    int size = spec.draftVocabulary();
    TalonException.check(
        spec.mapped() || size == spec.vocabulary(),
        ErrorCode.MODEL_TENSOR,
        "%s: d2t is missing, and the draft vocabulary %s is not the whole vocabulary %s",
        checkpoint.directory(),
        size,
        spec.vocabulary());
    long[] offsets = spec.mapped() ? TensorReader.longs(checkpoint.requireTable(DRAFT_TO_TARGET, "I64", size)) : new long[size];
    int[] ids = new int[size];
    boolean[] hit = new boolean[spec.vocabulary()];
    for (int i = 0; i < size; i++) {
      long id = i + offsets[i];
      TalonException.check(
          id >= 0 && id < spec.vocabulary(),
          ErrorCode.MODEL_TENSOR,
          "%s: d2t[%s] = %s gives the target id %s, outside the vocabulary of %s; d2t holds offsets",
          checkpoint.directory(),
          i,
          offsets[i],
          id,
          spec.vocabulary());
      ids[i] = (int) id;
      TalonException.check(
          !hit[ids[i]], ErrorCode.MODEL_TENSOR, "%s: d2t maps two draft ids to the target id %s", checkpoint.directory(), id);
      hit[ids[i]] = true;
    }
    return ids;
  }

  private static void addLayer(Map<String, long[]> layout, String layer, TargetSpec spec) {
    long queryRows = (long) spec.heads() * spec.headDim();
    layout.put(layer + "input_layernorm.weight", shape(spec.hidden()));
    addProjections(layout, layer, spec.heads(), spec.kvHeads(), spec.headDim(), spec.hidden());
    if (spec.qkvBias()) {
      layout.put(layer + "self_attn.q_proj.bias", shape(queryRows));
      layout.put(layer + "self_attn.k_proj.bias", shape((long) spec.kvHeads() * spec.headDim()));
      layout.put(layer + "self_attn.v_proj.bias", shape((long) spec.kvHeads() * spec.headDim()));
    }
    if (spec.qkNorm()) {
      layout.put(layer + "self_attn.q_norm.weight", shape(spec.headDim()));
      layout.put(layer + "self_attn.k_norm.weight", shape(spec.headDim()));
    }
    layout.put(layer + "self_attn.o_proj.weight", shape(spec.hidden(), queryRows));
    if (spec.outputBias()) {
      layout.put(layer + "self_attn.o_proj.bias", shape(spec.hidden()));
    }
    addFeedForward(layout, layer, spec.hidden(), spec.intermediate());
  }

  private static void addProjections(Map<String, long[]> layout, String layer, int heads, int kvHeads, int headDim, int inputs) {
    layout.put(layer + "self_attn.q_proj.weight", shape((long) heads * headDim, inputs));
    layout.put(layer + "self_attn.k_proj.weight", shape((long) kvHeads * headDim, inputs));
    layout.put(layer + "self_attn.v_proj.weight", shape((long) kvHeads * headDim, inputs));
  }

  private static void addFeedForward(Map<String, long[]> layout, String layer, int hidden, int intermediate) {
    layout.put(layer + "post_attention_layernorm.weight", shape(hidden));
    layout.put(layer + "mlp.gate_proj.weight", shape(intermediate, hidden));
    layout.put(layer + "mlp.up_proj.weight", shape(intermediate, hidden));
    layout.put(layer + "mlp.down_proj.weight", shape(hidden, intermediate));
  }

  private static void refuseOthers(Checkpoint checkpoint, Set<String> layout, Set<String> optional) {
    for (String name : checkpoint.names()) {
      TalonException.check(
          layout.contains(name) || optional.contains(name) || name.endsWith(".rotary_emb.inv_freq"),
          ErrorCode.MODEL_TENSOR,
          "%s: tensor %s is not part of this architecture, so its effect would be lost",
          checkpoint.directory(),
          name);
    }
  }

  private static long[] shape(long... sizes) {
    return sizes;
  }
}
