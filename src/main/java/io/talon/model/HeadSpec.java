package io.talon.model;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.model.checkpoint.Checkpoint;
import io.talon.model.checkpoint.ModelFiles;
import io.talon.model.checkpoint.TensorInfo;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The shape of an EAGLE-3 draft head: one decoder layer over a fusion of three hidden states of the target
 * (arXiv 2503.01840), as EAGLE, SpecForge and speculators publish it.
 *
 * @param hidden width of the head
 * @param targetHidden width of each of the three fused states
 * @param heads query heads
 * @param kvHeads key and value heads
 * @param headDim width of a head, from the rows of the query projection
 * @param intermediate width of the feed-forward
 * @param vocabulary the target's vocabulary
 * @param draftVocabulary rows of the head's own output
 * @param normEps epsilon of every RMSNorm
 * @param rope rotary embedding of the head, never the target's
 * @param auxLayerInputs the fused states, low to high: 0-based layers whose <em>inputs</em> they are // [3]
 * @param recurrence where it departs from EAGLE in what it norms
 * @param layerPrefix {@code midlayer.} or {@code layers.0.}
 * @param ownEmbedding whether the head brings {@code embed_tokens.weight}; else the target's is used
 * @param mapped whether it has {@code d2t}, the offsets from draft to target ids
 * @param maxPositions longest sequence it was made for
 */
public record HeadSpec(
    int hidden,
    int targetHidden,
    int heads,
    int kvHeads,
    int headDim,
    int intermediate,
    int vocabulary,
    int draftVocabulary,
    float normEps,
    RopeSpec rope,
    int[] auxLayerInputs,
    HeadRecurrence recurrence,
    String layerPrefix,
    boolean ownEmbedding,
    boolean mapped,
    int maxPositions) {
  private static final String CONFIG = "config.json";
  private static final String AUX_LAYERS = "eagle_aux_hidden_state_layer_ids";

  public HeadSpec {
    check(heads % kvHeads == 0, ErrorCode.MODEL_CONFIG, "%s attention heads cannot share %s key/value heads", heads, kvHeads);
    check(headDim % 2 == 0, ErrorCode.MODEL_CONFIG, "head_dim must be even for rotary embedding: %s", headDim);
    check(auxLayerInputs.length == 3, ErrorCode.MODEL_CONFIG, "A head fuses three states: %s", Arrays.toString(auxLayerInputs));
  }

  /** Whether a checkpoint is a draft head's: it fuses hidden states of a target. */
  public static boolean isHead(Checkpoint checkpoint) {
    return checkpoint.has("fc.weight") || !checkpoint.has("model.embed_tokens.weight");
  }

  /**
   * Reads a head directory and compares it with its target.
   *
   * <p>MODEL_CONFIG for a field that is missing or not supported, MODEL_TENSOR for a tensor that contradicts the
   * configuration, MODEL_PAIR where head and target disagree.
   */
  public static HeadSpec read(Path directory, Checkpoint headCheckpoint, TargetSpec target) {
    check(
        isHead(headCheckpoint),
        ErrorCode.MODEL_PAIR,
        "%s holds a whole model, not an EAGLE-3 head: it has model.embed_tokens.weight and no fc.weight",
        directory);
    ConfigFile config = ConfigFile.read(ModelFiles.require(directory, CONFIG));
    ConfigFile nested = config.object("transformer_layer_config");
    ConfigFile layer = nested == null ? config : nested;
    String activation = layer.textOr("hidden_act", "silu");
    check(activation.equals("silu"), ErrorCode.MODEL_CONFIG, "%s: hidden_act must be silu: %s", config.path(), activation);
    HeadSpec spec;
    try {
      agree(directory, "vocab_size", layer.count("vocab_size"), target.vocabulary());
      int fused = targetHidden(headCheckpoint, layer.count("hidden_size"));
      agree(directory, "hidden size of the fused states", fused, target.hidden());
      spec = read(config, layer, headCheckpoint, target);
    } catch (TalonException e) {
      throw ModelFiles.blame(config.path(), directory, e);
    }
    spec.checkPair(directory, target);
    return spec;
  }

  private static HeadSpec read(ConfigFile config, ConfigFile layer, Checkpoint checkpoint, TargetSpec target) {
    int hidden = layer.count("hidden_size");
    int heads = layer.count("num_attention_heads");
    String prefix = layerPrefix(checkpoint);
    int vocabulary = layer.count("vocab_size");
    return new HeadSpec(
        hidden,
        targetHidden(checkpoint, hidden),
        heads,
        layer.countOr("num_key_value_heads", heads),
        headDim(layer, checkpoint.tensor(prefix + "self_attn.q_proj.weight"), heads),
        layer.count("intermediate_size"),
        vocabulary,
        config.countOr("draft_vocab_size", vocabulary),
        (float) layer.positive("rms_norm_eps"),
        RopeSpec.read(layer),
        auxLayerInputs(config, target.layers()),
        HeadRecurrence.read(config),
        prefix,
        checkpoint.has("embed_tokens.weight"),
        checkpoint.has("d2t"),
        layer.count("max_position_embeddings"));
  }

  private static String layerPrefix(Checkpoint checkpoint) {
    check(
        checkpoint.names().stream().noneMatch(name -> name.startsWith("layers.1.")),
        ErrorCode.MODEL_TENSOR,
        "%s: heads of more than one layer are not supported, it has layers.1",
        checkpoint.directory());
    return checkpoint.has("layers.0.self_attn.q_proj.weight") ? "layers.0." : "midlayer.";
  }

  private static int targetHidden(Checkpoint checkpoint, int hidden) {
    long[] fusion = checkpoint.tensor("fc.weight").shape();
    check(
        fusion.length == 2 && fusion[0] == hidden && fusion[1] % 3 == 0,
        ErrorCode.MODEL_TENSOR,
        "fc.weight must have the shape [hidden_size %s, 3 * target hidden], found %s",
        hidden,
        Arrays.toString(fusion));
    return Math.toIntExact(fusion[1] / 3);
  }

  private static int headDim(ConfigFile layer, TensorInfo query, int heads) {
    long rows = query.shape().length == 2 ? query.shape()[0] : -1;
    check(
        rows > 0 && rows % heads == 0,
        ErrorCode.MODEL_TENSOR,
        "%s must have the shape [heads * head_dim, 2 * hidden] with %s heads, found %s",
        query.name(),
        heads,
        Arrays.toString(query.shape()));
    int headDim = Math.toIntExact(rows / heads);
    int configured = layer.countOr("head_dim", headDim);
    check(
        configured == headDim,
        ErrorCode.MODEL_TENSOR,
        "%s has %s rows: head_dim %s for %s heads, but head_dim is configured as %s",
        query.name(),
        rows,
        headDim,
        heads,
        configured);
    return headDim;
  }

  /** The head's configuration counts outputs of layers under eagle_config and inputs at the top level; the default is EAGLE's. */
  private static int[] auxLayerInputs(ConfigFile config, int layers) {
    ConfigFile eagle = config.object("eagle_config");
    int[] inputs;
    if (eagle != null && eagle.has(AUX_LAYERS)) {
      inputs = Arrays.stream(eagle.ids(AUX_LAYERS)).map(output -> output + 1).toArray();
    } else if (config.has(AUX_LAYERS)) {
      inputs = config.ids(AUX_LAYERS);
    } else {
      inputs = new int[] {2, layers / 2, layers - 3};
    }
    Arrays.sort(inputs); // others take them as a set, in the order of the forward
    check(
        inputs.length == 3
            && Arrays.stream(inputs).distinct().count() == 3
            && Arrays.stream(inputs).allMatch(input -> input >= 1 && input < layers),
        ErrorCode.MODEL_CONFIG,
        "The head must fuse the inputs of three distinct layers within 1..%s of the target, found %s; "
            + "set eagle_config.%s to three explicit layer outputs (input - 1)",
        layers - 1,
        Arrays.toString(inputs),
        AUX_LAYERS);
    return inputs;
  }

  private void checkPair(Path directory, TargetSpec target) {
    check(
        draftVocabulary <= target.vocabulary(),
        ErrorCode.MODEL_PAIR,
        "%s: draft vocabulary %s is larger than the target's vocabulary %s",
        directory,
        draftVocabulary,
        target.vocabulary());
    if (!ownEmbedding) {
      agree(directory, "hidden_size, as it has no embedding of its own,", hidden, target.hidden());
    }
  }

  private static void agree(Path directory, String what, int head, int target) {
    check(
        head == target,
        ErrorCode.MODEL_PAIR,
        "%s: %s of the head is %s, but %s in the target: they were not made for each other",
        directory,
        what,
        head,
        target);
  }
}
