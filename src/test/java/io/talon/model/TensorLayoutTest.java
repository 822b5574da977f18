package io.talon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.model.checkpoint.Checkpoint;
import io.talon.model.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorLayoutTest {
  private static final RopeSpec ROPE = RopeSpec.unscaled(10_000);
  private static final TargetSpec UNTIED = target(false, true, true, true);
  private static final TargetSpec TIED = target(true, false, false, false);

  @TempDir
  Path directory;

  @Test
  void everyOptionalTensorOfATarget() {
    Map<String, long[]> layout = TensorLayout.of(UNTIED);
    assertThat(layout).hasSize(3 + 15);
    assertThat(layout.get("lm_head.weight")).containsExactly(16, 8);
    assertThat(layout.get("model.layers.0.self_attn.q_proj.weight")).containsExactly(24, 8);
    assertThat(layout.get("model.layers.0.self_attn.k_proj.bias")).containsExactly(12);
    assertThat(layout.get("model.layers.0.self_attn.o_proj.weight")).containsExactly(8, 24);
    assertThat(layout.get("model.layers.0.self_attn.o_proj.bias")).containsExactly(8);
    assertThat(layout.get("model.layers.0.self_attn.q_norm.weight")).containsExactly(6);
    assertThat(layout.get("model.layers.0.mlp.down_proj.weight")).containsExactly(8, 12);
    assertThat(TensorLayout.of(TIED)).hasSize(2 + 9).doesNotContainKey("lm_head.weight");
  }

  @Test
  void tolerableExtras() throws IOException {
    SafetensorsWriter writer = writer(TensorLayout.of(TIED), "")
        .zeros("lm_head.weight", "F32", 1)
        .zeros("model.layers.0.self_attn.rotary_emb.inv_freq", "F32", 3);
    TensorLayout.check(open(writer), TIED);
  }

  @Test
  void missingDifferentAndSuperfluousTensorsAreNamed() throws IOException {
    Checkpoint missing = open(writer(TensorLayout.of(UNTIED), "model.layers.0.mlp.up_proj.weight"));
    assertFails(() -> TensorLayout.check(missing, UNTIED))
        .hasMessageContaining("has no tensor model.layers.0.mlp.up_proj.weight");
    Checkpoint different = open(writer(TensorLayout.of(UNTIED), "model.norm.weight").zeros("model.norm.weight", "F32", 9));
    assertFails(() -> TensorLayout.check(different, UNTIED))
        .hasMessageContaining("model.norm.weight must have the shape [8], found [9]");
    Checkpoint superfluous = open(writer(TensorLayout.of(TIED), "").zeros("model.layers.1.input_layernorm.weight", "F32", 8));
    assertFails(() -> TensorLayout.check(superfluous, TIED))
        .hasMessageContaining("tensor model.layers.1.input_layernorm.weight is not part of this architecture");
  }

  @Test
  void aHeadIsNoTarget() throws IOException {
    Checkpoint checkpoint = open(HeadSpecTest.weights("midlayer.", 6));
    assertThatThrownBy(() -> TensorLayout.check(checkpoint, TIED))
        .hasFieldOrPropertyWithValue("code", ErrorCode.MODEL_PAIR)
        .hasMessageContaining("holds a draft head, not a target model");
  }

  @Test
  void draftIdsAreOffsets() throws IOException {
    HeadSpec head = head(true, 4);
    Checkpoint checkpoint = open(HeadSpecTest.weights("midlayer.", 6));
    TensorLayout.check(checkpoint, head);
    assertThat(TensorLayout.draftToTarget(checkpoint, head)).containsExactly(0, 1, 5, 15);
  }

  @Test
  void wrongDraftIds() throws IOException {
    HeadSpec head = head(true, 4);
    assertFails(() -> TensorLayout.draftToTarget(open(new SafetensorsWriter().longs("d2t", 0, 1, 5, 15)), head))
        .hasMessageContaining("d2t[3] = 15 gives the target id 18, outside the vocabulary of 16; d2t holds offsets");
    assertFails(() -> TensorLayout.draftToTarget(open(new SafetensorsWriter().longs("d2t", 0, -1, 0, 0)), head))
        .hasMessageContaining("maps two draft ids to the target id 0");
    assertFails(() -> TensorLayout.draftToTarget(open(new SafetensorsWriter().longs("d2t", -1, 0, 0, 0)), head))
        .hasMessageContaining("gives the target id -1");
    assertFails(() -> TensorLayout.draftToTarget(open(new SafetensorsWriter().longs("d2t", 0)), head))
        .hasMessageContaining("d2t must have the shape [4], found [1]");
    assertFails(() -> TensorLayout.draftToTarget(open(new SafetensorsWriter().zeros("x", "F32", 1)), head(false, 4)))
        .hasMessageContaining("d2t is missing, and the draft vocabulary 4 is not the whole vocabulary 16");
  }

  @Test
  void aHeadOfTheWholeVocabularyNeedsNoTable() throws IOException {
    Checkpoint checkpoint = open(new SafetensorsWriter().zeros("x", "F32", 1));
    assertThat(TensorLayout.draftToTarget(checkpoint, head(false, 16))).startsWith(0, 1, 2).hasSize(16);
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "tiny-llama", "tiny-llama3-scaled", "tiny-llama-linear", "tiny-mistral", "tiny-qwen2", "tiny-qwen3", "stories260K",
    "llama2xs281K"
  })
  void modelsOfEveryShape(String name) {
    Path model = SharedFiles.require("models/" + name);
    TensorLayout.check(Checkpoint.open(model), TargetSpec.read(model));
  }

  @Test
  void theDemoPair() {
    Path pair = SharedFiles.require("models/talon-demo");
    TargetSpec target = TargetSpec.read(pair.resolve("target"));
    TensorLayout.check(Checkpoint.open(pair.resolve("target")), target);
    Checkpoint checkpoint = Checkpoint.open(pair.resolve("head"));
    HeadSpec head = HeadSpec.read(pair.resolve("head"), checkpoint, target);
    TensorLayout.check(checkpoint, head);
    assertThat(head.auxLayerInputs()).containsExactly(2, 5, 7);
    assertThat(head.draftVocabulary()).isEqualTo(1024);
    assertThat(TensorLayout.draftToTarget(checkpoint, head)).hasSize(1024).isSorted();
  }

  private static TargetSpec target(boolean tied, boolean qkvBias, boolean outputBias, boolean qkNorm) {
    return new TargetSpec(
        "llama", 16, 8, 1, 4, 2, 6, 12, 1e-5f, ROPE, tied, qkvBias, outputBias, qkNorm, 64, new int[0]);
  }

  private static HeadSpec head(boolean mapped, int draftVocabulary) {
    return new HeadSpec(
        8, 8, 4, 2, 6, 12, 16, draftVocabulary, 1e-5f, ROPE, new int[] {1, 2, 3}, HeadRecurrence.EAGLE, "midlayer.", false,
        mapped, 64);
  }

  private static SafetensorsWriter writer(Map<String, long[]> layout, String leftOut) {
    SafetensorsWriter writer = new SafetensorsWriter();
    layout.forEach((name, shape) -> {
      if (!name.equals(leftOut)) {
        writer.zeros(name, "F32", shape);
      }
    });
    return writer;
  }

  private Checkpoint open(SafetensorsWriter writer) throws IOException {
    Path model = Files.createTempDirectory(directory, "model");
    writer.write(model.resolve("model.safetensors"));
    return Checkpoint.open(model);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(ThrowingCallable call) {
    return assertThatThrownBy(call).hasFieldOrPropertyWithValue("code", ErrorCode.MODEL_TENSOR);
  }
}
