package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.EngineOptions;
import io.talon.model.RopeSpec;
import io.talon.model.TargetSpec;
import io.talon.model.checkpoint.Checkpoint;
import io.talon.torch.module.Attention;
import io.talon.torch.module.EngineLayout;
import io.talon.torch.module.EngineScript;
import io.talon.torch.module.Weights;
import io.talon.torch.module.Weights.Stored;
import io.talon.torch.script.Argument;
import io.talon.torch.script.ScriptModule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An engine that holds something else than it should refuses to serve, and says what. */
class SelfCheckTest {
  private static final Path TINY = Path.of("src/test/resources/tiny/tiny-qwen3"); // with norms of queries and keys
  private static final EngineLayout LAYOUT =
      new EngineLayout("cpu", ComputeType.FP32, 1, 64, 4, 1, false, Attention.IN_ORDER, true, 1, false, 0);

  @TempDir
  Path directory;

  @ParameterizedTest
  @CsvSource({
    "model.embed_tokens.weight, 3",
    "model.norm.weight, 7",
    "model.layers.1.self_attn.q_norm.weight, 2",
    "model.layers.0.self_attn.k_proj.weight, 5",
    "model.layers.1.mlp.down_proj.weight, 1",
  })
  void aValueThatIsNotTheFilesIsNoticed(String tensor, int index) throws IOException {
    Path altered = AlteredModel.copy(TINY, directory.resolve("altered"), tensor, index, 0.75f);
    TargetSpec target = TargetSpec.read(TINY);
    try (ScriptModule module = ScriptModule.load(EngineScript.text(target, null, LAYOUT, 1), Device.cpu())) {
      List<Stored> loaded = Weights.loadTarget(module, Checkpoint.open(TINY), target, LAYOUT);
      tables(module, target);
      SelfCheck check = new SelfCheck(module, LAYOUT);
      check.targetWeights(loaded);
      Checkpoint other = Checkpoint.open(altered);
      List<Stored> wanted = loaded.stream()
          .map(each -> new Stored(
              each.list(), each.index(), each.kind(), each.parts().stream().map(part -> other.tensor(part.name())).toList()))
          .toList();
      assertRefused(() -> check.targetWeights(wanted), tensor);
    }
  }

  @Test
  void rotationsAndIdsThatAreOthersAreNoticed() {
    TargetSpec target = TargetSpec.read(TINY);
    try (ScriptModule module = ScriptModule.load(EngineScript.text(target, null, LAYOUT, 1), Device.cpu())) {
      tables(module, target);
      SelfCheck check = new SelfCheck(module, LAYOUT);
      check.rotations(target.rope(), target.headDim(), false);
      assertRefused(
          () -> check.rotations(RopeSpec.unscaled(target.rope().theta() / 2), target.headDim(), false), "rotation of dimension");
      Weights.storeIds(module, new int[] {4, 7, 9});
      check.ids(new int[] {4, 7, 9});
      assertRefused(() -> check.ids(new int[] {4, 8, 9}), "target id of draft id 1 is 7.0 in the engine and 8 in the files");
    }
  }

  @Test
  void aTreeRowThatDiffersFromAPlainRowIsNoticed() {
    EngineOptions fast = new EngineOptions(Demo.TARGET, null, Demo.BF16, "cpu", 1, 1, 64, 4, 1, false, DraftWeights.FULL);
    try (TorchEngine engine = EngineOpener.open(fast, false)) {
      EngineLayout claimed = new EngineLayout("cpu", Demo.BF16, 1, 64, 4, 1, false, Attention.IN_ORDER, true, 1, false, 0);
      assertRefused(() -> engine.check(claimed), "has logits that differ by up to");
      engine.release(0);
      engine.check();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "model.layers.0.self_attn.o_proj.weight, NaN",
    "model.layers.1.post_attention_layernorm.weight, Infinity",
    "model.layers.0.mlp.up_proj.weight, 1e30",
  })
  void anEngineThatComputesNoNumbersDoesNotOpen(String tensor, float value) throws IOException {
    Path broken = AlteredModel.copy(TINY, directory.resolve("broken"), tensor, 40 % 16, value);
    assertRefused(
        () -> TorchEngine.open(new EngineOptions(broken, null, ComputeType.FP32, "cpu", 1, 1, 0, 4, 1, true, DraftWeights.FULL)),
        "");
  }

  private static void tables(ScriptModule module, TargetSpec target) {
    float[] inverse = target.rope().inverseFrequencies(target.headDim());
    module.number("allocate_tables", Argument.floats(inverse, inverse.length), Argument.floats(inverse, inverse.length));
  }

  private static void assertRefused(ThrowingCallable call, String reason) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ENGINE))
        .hasMessageContaining("will not serve")
        .hasMessageContaining(reason);
  }
}
