package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.EngineOptions;
import io.talon.model.GoldenTensors;
import io.talon.model.checkpoint.TestShards;
import io.talon.torch.probe.LinearProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The runtime equals Hugging Face's: logits to 1e-3 at every prompt position, in float32, for every shape of target. */
class GoldenLogitsTest {
  private static final float TOLERANCE = 1e-3f;

  @Test
  void demoTargetEqualsTransformers() {
    JsonNode cases = Demo.golden();
    GoldenTensors golden = GoldenTensors.read(Demo.REFERENCE.resolve("golden.safetensors"));
    int compared = 0;
    try (TorchEngine engine = TorchEngine.open(Demo.options(1, 1, 1))) {
      for (int i = 0; i < cases.size(); i++) {
        if (golden.has("logits." + i)) {
          float[] found = engine.inspect(0, Demo.ints(cases.get(i).get("prompt_ids")));
          float[] wanted = golden.floats("logits." + i); // of every position, or of the last ones alone
          assertThat(found.length).as("positions of prompt %s", i).isGreaterThanOrEqualTo(wanted.length);
          assertClose(Arrays.copyOfRange(found, found.length - wanted.length, found.length), wanted, "prompt " + i);
          compared++;
        }
      }
    }
    assertThat(compared).as("prompts with golden logits").isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama-linear", "tiny-llama3-scaled", "tiny-mistral", "tiny-qwen2", "tiny-qwen3"})
  void everyShapeEqualsTransformers(String name) {
    compareShape(Path.of("src/test/resources/tiny").resolve(name));
    Path larger = Path.of("../shared/models").resolve(name);
    if (Files.isDirectory(larger)) {
      compareShape(larger);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-mistral", "tiny-qwen3"}) // float32, float16, bfloat16 and tied
  void shardsOfBothFormsAreTheSingleFile(String name, @TempDir Path directory) throws IOException {
    Path single = Path.of("src/test/resources/tiny").resolve(name);
    for (String file : List.of("config.json", "generation_config.json")) {
      Files.copy(single.resolve(file), directory.resolve(file));
    }
    TestShards.pickled(single.resolve("model.safetensors"), directory);
    compareShape(directory, single);
    TestShards.safetensors(single.resolve("model.safetensors"), directory);
    compareShape(directory, single);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama-linear", "tiny-llama3-scaled", "tiny-mistral", "tiny-qwen2", "tiny-qwen3"})
  void everyShapeIsCloseInBf16(String name) {
    assumeTrue(LinearProbe.bf16Speedup() != LinearProbe.UNSUPPORTED, "This CPU cannot compute in bf16");
    compareRoughly(name, ComputeType.BF16, 0.05);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama-linear", "tiny-llama3-scaled", "tiny-mistral", "tiny-qwen2", "tiny-qwen3"})
  void everyShapeIsCloseWithWeightsOfIntegers(String name) {
    compareRoughly(name, ComputeType.INT8, 0.1);
  }

  private static void compareRoughly(String name, ComputeType type, double most) {
    Path directory = Path.of("src/test/resources/tiny").resolve(name);
    GoldenTensors golden = GoldenTensors.read(directory.resolve("golden.safetensors"));
    try (
        TorchEngine engine =
            TorchEngine.open(new EngineOptions(directory, null, type, "cpu", 1, 1, 0, 1, 1, true, DraftWeights.FULL))) {
      double squares = 0;
      double wrong = 0;
      float[] wanted = golden.floats("logits.2");
      float[] found = engine.inspect(0, golden.ints("input_ids.2"));
      for (int i = 0; i < wanted.length; i++) {
        squares += wanted[i] * wanted[i];
        wrong += (found[i] - wanted[i]) * (found[i] - wanted[i]);
      }
      assertThat(Math.sqrt(wrong / squares)).as("relative difference of logits in %s", type).isBetween(1e-6, most);
    }
  }

  private static void compareShape(Path directory) {
    compareShape(directory, directory);
  }

  private static void compareShape(Path directory, Path goldenDirectory) {
    GoldenTensors golden = GoldenTensors.read(goldenDirectory.resolve("golden.safetensors"));
    EngineOptions options = new EngineOptions(directory, null, ComputeType.FP32, "cpu", 1, 1, 0, 1, 1, true, DraftWeights.FULL);
    try (TorchEngine engine = TorchEngine.open(options)) {
      for (int i = 0; golden.has("input_ids." + i); i++) {
        float[] found = engine.inspect(0, golden.ints("input_ids." + i));
        assertClose(found, golden.floats("logits." + i), directory + " input " + i);
      }
    }
  }

  private static void assertClose(float[] found, float[] wanted, String what) {
    assertThat(found.length).as("logits, %s", what).isEqualTo(wanted.length);
    float largest = 0;
    for (int i = 0; i < wanted.length; i++) {
      largest = Math.max(largest, Math.abs(found[i] - wanted[i]));
    }
    assertThat(largest).as("largest absolute difference of logits, " + what).isLessThan(TOLERANCE);
  }
}
