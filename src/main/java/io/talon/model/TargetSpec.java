package io.talon.model;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.model.checkpoint.ModelFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The shape of a target model, as its Hugging Face {@code config.json} says in the form of transformers 4 or 5.
 *
 * @param family {@code llama} (SmolLM too), {@code mistral}, {@code qwen2} or {@code qwen3}
 * @param vocabulary rows of the embedding and of the output
 * @param hidden width of the residual stream
 * @param layers decoder layers
 * @param heads query heads
 * @param kvHeads key and value heads, a divisor of heads
 * @param headDim width of a head, even, independent of hidden / heads
 * @param intermediate width of the feed-forward
 * @param normEps epsilon of every RMSNorm
 * @param rope rotary embedding
 * @param tiedOutput whether the output projection is the embedding
 * @param qkvBias whether the query, key and value projections have biases
 * @param outputBias whether the attention's output projection has a bias
 * @param qkNorm whether queries and keys are normalised per head
 * @param maxPositions longest sequence; a sliding window caps it, as inside its window full attention is the same thing
 * @param endTokens end-of-sequence ids, from generation_config.json if it has them, else config.json; empty if neither has
 */
public record TargetSpec(
    String family,
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    int intermediate,
    float normEps,
    RopeSpec rope,
    boolean tiedOutput,
    boolean qkvBias,
    boolean outputBias,
    boolean qkNorm,
    int maxPositions,
    int[] endTokens) {
  private static final List<String> FAMILIES = List.of("llama", "mistral", "qwen2", "qwen3");
  private static final String CONFIG = "config.json";
  private static final String GENERATION_CONFIG = "generation_config.json";

  public TargetSpec {
    check(FAMILIES.contains(family), ErrorCode.MODEL_CONFIG, "model_type must be one of %s: %s", FAMILIES, family);
    check(heads % kvHeads == 0, ErrorCode.MODEL_CONFIG, "%s attention heads cannot share %s key/value heads", heads, kvHeads);
    check(headDim % 2 == 0, ErrorCode.MODEL_CONFIG, "head_dim must be even for rotary embedding: %s", headDim);
    check(normEps > 0, ErrorCode.MODEL_CONFIG, "rms_norm_eps must be above 0 in float32: %s", normEps);
    for (int token : endTokens) {
      check(token < vocabulary, ErrorCode.MODEL_CONFIG, "eos_token_id %s is outside the vocabulary of %s", token, vocabulary);
    }
  }

  /** Reads a model directory; MODEL_FILE or MODEL_CONFIG with file and field when something is missing or not supported. */
  public static TargetSpec read(Path directory) {
    Path path = ModelFiles.require(directory, CONFIG);
    ConfigFile config = ConfigFile.read(path);
    refuseHead(config, directory);
    String family = config.text("model_type");
    check(
        FAMILIES.contains(family), ErrorCode.MODEL_CONFIG, "%s: model_type '%s' is not supported; %s are", path, family,
        FAMILIES);
    refuseUnsupported(config);
    int hidden = config.count("hidden_size");
    int heads = config.count("num_attention_heads");
    check(
        config.has("head_dim") || hidden % heads == 0,
        ErrorCode.MODEL_CONFIG,
        "%s: head_dim is missing and hidden_size %s is no multiple of num_attention_heads %s",
        path,
        hidden,
        heads);
    boolean attentionBias = (family.equals("llama") || family.equals("qwen3")) && config.flag("attention_bias");
    try {
      return new TargetSpec(
          family,
          config.count("vocab_size"),
          hidden,
          config.count("num_hidden_layers"),
          heads,
          config.countOr("num_key_value_heads", heads),
          config.countOr("head_dim", hidden / heads),
          config.count("intermediate_size"),
          (float) config.positive("rms_norm_eps"),
          RopeSpec.read(config),
          config.flag("tie_word_embeddings"),
          attentionBias || family.equals("qwen2"),
          attentionBias,
          family.equals("qwen3"),
          maxPositions(config, family),
          endTokens(directory, config));
    } catch (TalonException e) {
      throw ModelFiles.blame(path, directory, e);
    }
  }

  private static void refuseHead(ConfigFile config, Path directory) {
    check(
        !config.has("draft_vocab_size")
            && !config.has("eagle_config")
            && !config.has("speculators_model_type")
            && !config.lists("architectures", "LlamaForCausalLMEagle3"),
        ErrorCode.MODEL_PAIR,
        "%s holds a draft head, not a target model: name the model that the head was trained for as target",
        directory);
  }

  private static void refuseUnsupported(ConfigFile config) {
    String activation = config.textOr("hidden_act", "silu");
    check(
        activation.equals("silu"), ErrorCode.MODEL_CONFIG, "%s: hidden_act must be silu: %s", config.path(), activation);
    check(!config.flag("mlp_bias"), ErrorCode.MODEL_CONFIG, "%s: mlp_bias true is not supported", config.path());
    check(
        !config.has("quantization_config"),
        ErrorCode.MODEL_CONFIG,
        "%s: quantization_config: quantized checkpoints are not supported; use the bf16, fp16 or fp32 one",
        config.path());
  }

  private static int maxPositions(ConfigFile config, String family) {
    int positions = config.count("max_position_embeddings");
    boolean windowed = config.lists("layer_types", "sliding_attention")
        || (family.startsWith("qwen") ? config.flag("use_sliding_window") : family.equals("mistral"));
    return windowed ? Math.min(positions, config.countOr("sliding_window", positions)) : positions;
  }

  private static int[] endTokens(Path directory, ConfigFile config) {
    Path path = directory.resolve(GENERATION_CONFIG);
    if (Files.isRegularFile(path)) {
      ConfigFile generation = ConfigFile.read(path);
      if (generation.has("eos_token_id")) {
        return generation.ids("eos_token_id");
      }
    }
    return config.has("eos_token_id") ? config.ids("eos_token_id") : new int[0];
  }
}
