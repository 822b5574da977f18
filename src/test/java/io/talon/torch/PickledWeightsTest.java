package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.decode.Coupling;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.draft.policy.TalonPolicy;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.EngineOptions;
import io.talon.model.checkpoint.TorchFileWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model in pytorch_model.bin is the model in safetensors: the same draft trees and texts. */
class PickledWeightsTest {
  private static final DemoPrompts.Settings GREEDY = new DemoPrompts.Settings(0, 0, 1, 0);

  @TempDir
  Path directory;

  @Test
  void treesAndTextsAreThoseOfSafetensors() throws IOException {
    RecordingEngine safetensors = new RecordingEngine(TorchEngine.open(Demo.options(2, 60, 91)));
    EngineOptions options =
        new EngineOptions(pickled(Demo.TARGET), pickled(Demo.HEAD), ComputeType.FP32, "cpu", 1, 2, 0, 60, 91, true,
            DraftWeights.FULL);
    RecordingEngine pickled = new RecordingEngine(TorchEngine.open(options));
    try (safetensors; pickled) {
      List<GenerationRequest> requests = DemoPrompts.requests(4, 24, GREEDY, null);
      Map<String, Generation> expected =
          DemoPrompts.decode(safetensors, new TalonPolicy(60, 10, 0.03), new Coupling.None(), requests);
      Map<String, Generation> found = DemoPrompts.decode(pickled, new TalonPolicy(60, 10, 0.03), new Coupling.None(), requests);
      expected.forEach((id, generation) -> assertThat(found.get(id).tokens()).as(id).isEqualTo(generation.tokens()));
    }
    assertThat(pickled.trees).hasSameSizeAs(safetensors.trees).hasSizeGreaterThan(10);
    for (int i = 0; i < pickled.trees.size(); i++) {
      RecordingEngine.Tree tree = pickled.trees.get(i);
      RecordingEngine.Tree expected = safetensors.trees.get(i);
      assertThat(Arrays.equals(tree.tokens(), expected.tokens())).as("tokens of tree %s", i).isTrue();
      assertThat(Arrays.equals(tree.parents(), expected.parents())).as("parents of tree %s", i).isTrue();
      assertThat(Arrays.equals(tree.logProbs(), expected.logProbs())).as("log-probabilities of tree %s", i).isTrue();
    }
  }

  private Path pickled(Path model) throws IOException {
    Path copy = Files.createDirectory(directory.resolve(model.getFileName()));
    for (String file : List.of("config.json", "generation_config.json")) {
      if (Files.exists(model.resolve(file))) {
        Files.copy(model.resolve(file), copy.resolve(file));
      }
    }
    TorchFileWriter.convert(model.resolve("model.safetensors"), copy.resolve("pytorch_model.bin"));
    return copy;
  }
}
