package io.talon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.model.HeadSpec;
import io.talon.model.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** What an EAGLE-3 head says of itself; whether it is right shows only beside the target, see {@link HeadSpec}. */
final class HeadFacts {
  static final String FUSED_LAYERS = "fused_layers";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FUSED = 3;
  /** Rows of the facts and the fields of config.json that they come from. */
  private static final Map<String, String> NUMBERS = Map.of(
      "heads", "num_attention_heads",
      "kv_heads", "num_key_value_heads",
      "intermediate_size", "intermediate_size",
      "context", "max_position_embeddings");

  private HeadFacts() {}

  static void add(Checkpoint checkpoint, Map<String, Object> facts) {
    JsonNode config = config(checkpoint.directory().resolve("config.json"));
    JsonNode layer = config.has("transformer_layer_config") ? config.get("transformer_layer_config") : config;
    long[] fusion = checkpoint.tensor("fc.weight").shape(); // [hidden, 3 * target's hidden]
    facts.put("kind", "EAGLE-3 head");
    facts.put("hidden_size", fusion[0]);
    facts.put("target_hidden_size", fusion[fusion.length - 1] / FUSED);
    NUMBERS.keySet().stream().sorted().forEach(name -> {
      if (layer.path(NUMBERS.get(name)).isNumber()) {
        facts.put(name, layer.path(NUMBERS.get(name)).longValue());
      }
    });
    facts.put(FUSED_LAYERS, fusedLayers(config));
    long vocabulary = layer.path("vocab_size").asLong();
    long draftVocabulary = config.path("draft_vocab_size").asLong(vocabulary);
    facts.put("vocabulary", vocabulary);
    facts.put("draft_vocabulary", draftVocabulary);
    facts.put("vocabulary_mapping", checkpoint.has("d2t"));
    facts.put("own_embedding", checkpoint.has("embed_tokens.weight"));
  }

  private static Object fusedLayers(JsonNode config) {
    String field = "eagle_aux_hidden_state_layer_ids";
    if (config.path("eagle_config").has(field)) {
      return "outputs of " + config.path("eagle_config").get(field);
    }
    return config.has(field) ? "inputs of " + config.get(field) : "low, middle and high, by the target's layers";
  }

  private static JsonNode config(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, "cannot read " + file + ": " + TalonException.firstLine(e), e);
    }
  }
}
