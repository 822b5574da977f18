package io.talon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetSpecTest {
  @TempDir
  Path directory;

  @Test
  void fieldsAndTheirDefaults() throws IOException {
    TargetSpec spec = TargetSpec.read(TestConfigs.target().without("num_key_value_heads").write(directory));
    assertThat(spec.family()).isEqualTo("llama");
    assertThat(spec.headDim()).as("hidden / heads").isEqualTo(2);
    assertThat(spec.kvHeads()).as("as many as heads").isEqualTo(4);
    assertThat(spec.tiedOutput()).isFalse();
    assertThat(spec.rope()).isEqualTo(RopeSpec.unscaled(10_000));
    assertThat(spec.endTokens()).containsExactly(2);
    assertThat(spec.maxPositions()).isEqualTo(64);
  }

  @Test
  void ropeInTheFormOfTransformers4() throws IOException {
    TestConfigs config =
        TestConfigs.target().with("rope_theta", "5e5").with("rope_scaling", "{\"type\": \"linear\", \"factor\": 4.0}");
    assertThat(TargetSpec.read(config.write(directory)).rope()).isEqualTo(new RopeSpec("linear", 500_000, 4, 1, 1, 0));
  }

  @Test
  void ropeInTheFormOfTransformers5() throws IOException {
    TestConfigs config = TestConfigs.target()
        .without("rope_theta")
        .with(
            "rope_parameters",
            "{\"rope_theta\": 500000.0, \"rope_type\": \"llama3\", \"factor\": 8.0, \"low_freq_factor\": 1.0,"
                + " \"high_freq_factor\": 4.0, \"original_max_position_embeddings\": 8192}");
    assertThat(TargetSpec.read(config.write(directory)).rope()).isEqualTo(new RopeSpec("llama3", 500_000, 8, 1, 4, 8192));
  }

  @Test
  void endTokensComeFromTheGenerationConfigFirst() throws IOException {
    TestConfigs.target().write(directory);
    Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\": [7, 3]}");
    assertThat(TargetSpec.read(directory).endTokens()).containsExactly(7, 3);
    Files.writeString(directory.resolve("generation_config.json"), "{\"do_sample\": false}");
    assertThat(TargetSpec.read(directory).endTokens()).containsExactly(2);
    TestConfigs.target().with("eos_token_id", "null").write(directory);
    assertThat(TargetSpec.read(directory).endTokens()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "llama, false, false, false, false",
    "llama, true, true, true, false",
    "mistral, false, false, false, false",
    "qwen2, false, true, false, false",
    "qwen3, false, false, false, true",
    "qwen3, true, true, true, true"
  })
  void biasesAndNormsOfTheFamilies(String family, String attentionBias, boolean qkvBias, boolean outputBias, boolean qkNorm)
      throws IOException {
    TestConfigs config = TestConfigs.target().with("model_type", "\"" + family + "\"").with("attention_bias", attentionBias);
    TargetSpec spec = TargetSpec.read(config.write(directory));
    assertThat(spec.qkvBias()).isEqualTo(qkvBias);
    assertThat(spec.outputBias()).isEqualTo(outputBias);
    assertThat(spec.qkNorm()).isEqualTo(qkNorm);
  }

  @ParameterizedTest
  @CsvSource({
    "mistral, null, 32, 32",
    "mistral, null, null, 64",
    "mistral, null, 4096, 64",
    "qwen2, false, 32, 64",
    "qwen2, true, 32, 32",
    "qwen3, true, 16, 16",
    "llama, null, 32, 64"
  })
  void slidingWindowCapsThePositions(String family, String used, String window, int positions) throws IOException {
    TestConfigs config = TestConfigs.target()
        .with("model_type", "\"" + family + "\"")
        .with("use_sliding_window", used)
        .with("sliding_window", window);
    assertThat(TargetSpec.read(config.write(directory)).maxPositions()).isEqualTo(positions);
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "model_type", "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "rms_norm_eps",
    "max_position_embeddings"
  })
  void aMissingFieldIsNamedWithItsFile(String field) throws IOException {
    TestConfigs.target().without(field).write(directory);
    assertThatThrownBy(() -> TargetSpec.read(directory))
        .hasFieldOrPropertyWithValue("code", ErrorCode.MODEL_CONFIG)
        .hasMessage("%s: field %s is missing", directory.resolve("config.json"), field);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "model_type | \"gemma\" | model_type 'gemma' is not supported; [llama, mistral, qwen2, qwen3] are",
    "vocab_size | -1 | vocab_size must be a whole number from 1 on, found -1",
    "vocab_size | \"big\" | vocab_size must be a whole number from 1 on, found \"big\"",
    "hidden_size | 8.5 | hidden_size must be a whole number from 1 on, found 8.5",
    "hidden_size | 9 | head_dim is missing and hidden_size 9 is no multiple of num_attention_heads 4",
    "num_key_value_heads | 3 | 4 attention heads cannot share 3 key/value heads",
    "head_dim | 3 | head_dim must be even for rotary embedding: 3",
    "rms_norm_eps | 0 | rms_norm_eps must be a number above 0, found 0",
    "hidden_act | \"gelu\" | hidden_act must be silu: gelu",
    "mlp_bias | true | mlp_bias true is not supported",
    "mlp_bias | \"yes\" | mlp_bias must be true or false, found \"yes\"",
    "eos_token_id | 16 | eos_token_id 16 is outside the vocabulary of 16",
    "eos_token_id | [1, -2] | eos_token_id must hold whole numbers from 0 on, found [1,-2]",
    "rope_scaling | {\"rope_type\": \"yarn\", \"factor\": 4.0} | Rotary embedding of type 'yarn' is not supported",
    "rope_scaling | {\"rope_type\": \"linear\"} | field rope_scaling.factor is missing",
    "partial_rotary_factor | 0.5 | partial_rotary_factor 0.5 is not supported",
    "quantization_config | {} | quantized checkpoints are not supported"
  })
  void aSenselessFieldIsRefused(String field, String value, String message) throws IOException {
    TestConfigs.target().with(field, value).write(directory);
    assertThatThrownBy(() -> TargetSpec.read(directory))
        .hasFieldOrPropertyWithValue("code", ErrorCode.MODEL_CONFIG)
        .hasMessageStartingWith(directory.resolve("config.json").toString())
        .hasMessageContaining(message);
  }

  @Test
  void aHeadIsNoTarget() throws IOException {
    String[] signs = {"draft_vocab_size", "eagle_config", "architectures"};
    String[] values = {"4", "{}", "[\"LlamaForCausalLMEagle3\"]"};
    for (int i = 0; i < signs.length; i++) {
      TestConfigs.target().with(signs[i], values[i]).write(directory);
      assertThatThrownBy(() -> TargetSpec.read(directory))
          .as(signs[i])
          .hasFieldOrPropertyWithValue("code", ErrorCode.MODEL_PAIR)
          .hasMessageContaining("holds a draft head, not a target model");
    }
  }

  @Test
  void aRealModel() {
    TargetSpec spec = TargetSpec.read(SharedFiles.require("models/SmolLM2-135M-Instruct"));
    assertThat(spec.rope()).isEqualTo(RopeSpec.unscaled(100_000));
    assertThat(spec.tiedOutput()).isTrue();
    assertThat(spec.maxPositions()).isEqualTo(8192);
    assertThat(TensorLayout.of(spec)).hasSize(2 + 30 * 9);
  }

  @Test
  void missingAndBrokenFilesAreNamed() throws IOException {
    assertThatThrownBy(() -> TargetSpec.read(directory.resolve("nowhere")))
        .hasFieldOrPropertyWithValue("code", ErrorCode.MODEL_FILE)
        .hasMessage("Model directory %s does not exist or is no directory", directory.resolve("nowhere"));
    Files.writeString(directory.resolve("readme.txt"), "");
    assertThatThrownBy(() -> TargetSpec.read(directory))
        .hasFieldOrPropertyWithValue("code", ErrorCode.MODEL_FILE)
        .hasMessage("Model directory %s has no config.json; it holds: readme.txt", directory);
    Files.writeString(directory.resolve("config.json"), "{\"model_type\": ");
    assertThatThrownBy(() -> TargetSpec.read(directory))
        .hasFieldOrPropertyWithValue("code", ErrorCode.MODEL_CONFIG)
        .hasMessageStartingWith(directory.resolve("config.json") + " is not JSON");
    Files.writeString(directory.resolve("config.json"), "[]");
    assertThatThrownBy(() -> TargetSpec.read(directory)).hasMessageContaining("must be a JSON object, found ARRAY");
  }
}
