package io.talon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.model.checkpoint.Checkpoint;
import io.talon.model.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadSpecTest {
  @TempDir
  Path directory;

  private Path head;
  private TargetSpec target;

  @BeforeEach
  void readTarget() throws IOException {
    head = Files.createDirectory(directory.resolve("head"));
    Path targetDirectory = Files.createDirectory(directory.resolve("target"));
    target = TargetSpec.read(TestConfigs.target().with("rope_theta", "5e5").write(targetDirectory));
  }

  @ParameterizedTest
  @ValueSource(strings = {"midlayer.", "layers.0."})
  void shapesDecide(String prefix) throws IOException {
    weights(prefix, 6).write(head.resolve("model.safetensors"));
    HeadSpec spec = read(TestConfigs.head());
    assertThat(spec.layerPrefix()).isEqualTo(prefix);
    assertThat(spec.targetHidden()).isEqualTo(8);
    assertThat(spec.headDim()).as("from the query's rows, not hidden / heads").isEqualTo(6);
    assertThat(spec.draftVocabulary()).isEqualTo(4);
    assertThat(spec.mapped()).isTrue();
    assertThat(spec.ownEmbedding()).isFalse();
    assertThat(spec.auxLayerInputs()).containsExactly(2, 4, 5);
    TensorLayout.check(Checkpoint.open(head), spec);
  }

  @Test
  void rotaryBaseIsTheHeadsOwn() throws IOException {
    weights("midlayer.", 2).write(head.resolve("model.safetensors"));
    assertThat(read(TestConfigs.head()).rope()).as("10000 when absent, never the target's").isEqualTo(RopeSpec.unscaled(10_000));
    assertThat(read(TestConfigs.head().with("rope_theta", "7e5")).rope()).isEqualTo(RopeSpec.unscaled(700_000));
  }

  @Test
  void fusedLayers() throws IOException {
    weights("midlayer.", 2).write(head.resolve("model.safetensors"));
    assertThat(read(TestConfigs.head(), aux("[0, 2, 4]")).auxLayerInputs()).as("outputs of layers").containsExactly(1, 3, 5);
    assertThat(read(TestConfigs.head().with("eagle_aux_hidden_state_layer_ids", "[1, 3, 5]"), null).auxLayerInputs())
        .as("inputs of layers")
        .containsExactly(1, 3, 5);
    for (String ids : new String[] {"[1, 1, 3]", "[1, 2]", "[1, 2, 5]"}) {
      assertReadFails(TestConfigs.head(), aux(ids), ErrorCode.MODEL_CONFIG)
          .hasMessageContaining("three distinct layers within 1..5");
    }
    assertReadFails(TestConfigs.head(), null, ErrorCode.MODEL_CONFIG)
        .hasMessageContaining("found [2, 3, 3]")
        .hasMessageContaining("set eagle_config.eagle_aux_hidden_state_layer_ids to three explicit layer outputs");
  }

  @Test
  void disagreementNamesBothValues() throws IOException {
    weights("midlayer.", 2).write(head.resolve("model.safetensors"));
    assertReadFails(TestConfigs.head().with("vocab_size", "32"), aux("[1, 3, 4]"), ErrorCode.MODEL_PAIR)
        .hasMessageContaining("vocab_size of the head is 32, but 16 in the target");
    assertReadFails(TestConfigs.head().with("draft_vocab_size", "17"), aux("[1, 3, 4]"), ErrorCode.MODEL_PAIR)
        .hasMessageContaining("draft vocabulary 17 is larger than the target's vocabulary 16");
    new SafetensorsWriter()
        .zeros("fc.weight", "F32", 8, 30)
        .zeros("midlayer.self_attn.q_proj.weight", "F32", 8, 16)
        .write(head.resolve("model.safetensors"));
    assertReadFails(TestConfigs.head(), aux("[1, 3, 4]"), ErrorCode.MODEL_PAIR)
        .hasMessageContaining("hidden size of the fused states of the head is 10, but 8 in the target");
    new SafetensorsWriter()
        .zeros("fc.weight", "F32", 16, 24)
        .zeros("midlayer.self_attn.q_proj.weight", "F32", 8, 32)
        .write(head.resolve("model.safetensors"));
    assertReadFails(TestConfigs.head().with("hidden_size", "16"), aux("[1, 3, 4]"), ErrorCode.MODEL_PAIR)
        .hasMessageContaining("no embedding of its own, of the head is 16, but 8 in the target");
  }

  @Test
  void tensorsThatContradictTheConfiguration() throws IOException {
    weights("midlayer.", 6).write(head.resolve("model.safetensors"));
    assertReadFails(TestConfigs.head().with("head_dim", "2"), aux("[1, 3, 4]"), ErrorCode.MODEL_TENSOR)
        .hasMessageContaining("has 24 rows: head_dim 6 for 4 heads, but head_dim is configured as 2");
    assertReadFails(TestConfigs.head().with("hidden_size", "10"), aux("[1, 3, 4]"), ErrorCode.MODEL_TENSOR)
        .hasMessageContaining("fc.weight must have the shape [hidden_size 10, 3 * target hidden], found [8, 24]");
    weights("midlayer.", 6).zeros("layers.1.self_attn.q_proj.weight", "F32", 1).write(head.resolve("model.safetensors"));
    assertReadFails(TestConfigs.head(), aux("[1, 3, 4]"), ErrorCode.MODEL_TENSOR).hasMessageContaining("more than one layer");
  }

  @Test
  void fusedLayersAreASet() throws IOException {
    weights("midlayer.", 2).write(head.resolve("model.safetensors"));
    assertThat(read(TestConfigs.head(), aux("[4, 0, 2]")).auxLayerInputs()).containsExactly(1, 3, 5);
  }

  @Test
  void recurrenceOfSpeculators() throws IOException {
    weights("layers.0.", 2).zeros("input_norm.weight", "F32", 24).write(head.resolve("model.safetensors"));
    TestConfigs config =
        TestConfigs.head()
            .with("speculators_model_type", "\"eagle3\"")
            .with("norm_before_residual", "true")
            .with("norm_before_fc", "true");
    HeadSpec spec = read(config);
    assertThat(spec.recurrence()).isEqualTo(new HeadRecurrence(true, true, false));
    TensorLayout.check(Checkpoint.open(head), spec);
    assertThat(read(config.with("norm_output", "true")).recurrence()).isEqualTo(new HeadRecurrence(true, true, true));
    HeadSpec plain = read(config.with("norm_before_fc", "false"));
    assertThatThrownBy(() -> TensorLayout.check(Checkpoint.open(head), plain))
        .hasMessageContaining("input_norm.weight is not part");
  }

  @Test
  void theSameFlagElsewhereMeansTheNormBeforeTheOutput() throws IOException {
    weights("midlayer.", 2).write(head.resolve("model.safetensors"));
    assertThat(read(TestConfigs.head().with("norm_output", "true")).recurrence()).isEqualTo(HeadRecurrence.EAGLE);
    assertReadFails(TestConfigs.head().with("norm_output", "false"), aux("[1, 3, 4]"), ErrorCode.MODEL_CONFIG)
        .hasMessageContaining("norm_output false is not supported");
  }

  @Test
  void anotherActivationIsRefused() throws IOException {
    weights("midlayer.", 2).write(head.resolve("model.safetensors"));
    assertReadFails(TestConfigs.head().with("hidden_act", "\"gelu\""), aux("[1, 3, 4]"), ErrorCode.MODEL_CONFIG)
        .hasMessageContaining("hidden_act must be silu: gelu");
  }

  @Test
  void aTargetIsNoHead() throws IOException {
    new SafetensorsWriter().zeros("model.embed_tokens.weight", "F32", 16, 8).write(head.resolve("model.safetensors"));
    assertReadFails(TestConfigs.target(), null, ErrorCode.MODEL_PAIR)
        .hasMessageContaining("holds a whole model, not an EAGLE-3 head");
  }

  /** The weights of a head of hidden 8, 4 and 2 heads, intermediate 12 and draft vocabulary 4. */
  static SafetensorsWriter weights(String prefix, int headDim) {
    return new SafetensorsWriter()
        .zeros("fc.weight", "F32", 8, 24)
        .zeros(prefix + "input_layernorm.weight", "F32", 8)
        .zeros(prefix + "hidden_norm.weight", "F32", 8)
        .zeros(prefix + "self_attn.q_proj.weight", "F32", 4L * headDim, 16)
        .zeros(prefix + "self_attn.k_proj.weight", "F32", 2L * headDim, 16)
        .zeros(prefix + "self_attn.v_proj.weight", "F32", 2L * headDim, 16)
        .zeros(prefix + "self_attn.o_proj.weight", "F32", 8, 4L * headDim)
        .zeros(prefix + "post_attention_layernorm.weight", "F32", 8)
        .zeros(prefix + "mlp.gate_proj.weight", "BF16", 12, 8)
        .zeros(prefix + "mlp.up_proj.weight", "F16", 12, 8)
        .zeros(prefix + "mlp.down_proj.weight", "F32", 8, 12)
        .zeros("norm.weight", "F32", 8)
        .zeros("lm_head.weight", "F32", 4, 8)
        .longs("d2t", 0, 0, 3, 12)
        .zeros("t2d", "BOOL", 16);
  }

  private static String aux(String ids) {
    return "{\"eagle_aux_hidden_state_layer_ids\": " + ids + "}";
  }

  private HeadSpec read(TestConfigs config) throws IOException {
    return read(config, aux("[1, 3, 4]"));
  }

  private HeadSpec read(TestConfigs config, String eagleConfig) throws IOException {
    config.with("eagle_config", eagleConfig).write(head);
    return HeadSpec.read(head, Checkpoint.open(head), target);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertReadFails(TestConfigs config, String eagleConfig,
      ErrorCode code) {
    return assertThatThrownBy(() -> read(config, eagleConfig)).hasFieldOrPropertyWithValue("code", code);
  }
}
