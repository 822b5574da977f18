package io.talon.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A configuration whose fields a test may change; values are JSON text. */
final class TestConfigs {
  private final Map<String, String> fields = new LinkedHashMap<>();

  private TestConfigs() {}

  /** A llama of 2 layers, hidden 8, 4 query and 2 key/value heads, vocabulary 16. */
  static TestConfigs target() {
    return new TestConfigs()
        .with("model_type", "\"llama\"")
        .with("vocab_size", "16")
        .with("hidden_size", "8")
        .with("num_hidden_layers", "6")
        .with("num_attention_heads", "4")
        .with("num_key_value_heads", "2")
        .with("intermediate_size", "12")
        .with("rms_norm_eps", "1e-05")
        .with("max_position_embeddings", "64")
        .with("rope_theta", "10000.0")
        .with("eos_token_id", "2");
  }

  /** A head for {@link #target()} with a draft vocabulary of 4. */
  static TestConfigs head() {
    return target().with("draft_vocab_size", "4").without("rope_theta");
  }

  TestConfigs with(String field, String json) {
    fields.put(field, json);
    return this;
  }

  TestConfigs without(String field) {
    fields.remove(field);
    return this;
  }

  Path write(Path directory) throws IOException {
    String json = fields.entrySet().stream()
        .map(field -> "\"" + field.getKey() + "\": " + field.getValue())
        .collect(Collectors.joining(",\n", "{\n", "\n}"));
    Files.writeString(directory.resolve("config.json"), json);
    return directory;
  }
}
