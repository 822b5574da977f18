package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.decode.Coupling;
import io.talon.decode.DecodeLoop;
import io.talon.decode.DecodeOptions;
import io.talon.decode.GenerationRequest;
import io.talon.draft.policy.NoDraft;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.EngineOptions;
import io.talon.engine.Sampling;
import io.talon.model.GoldenTensors;
import io.talon.model.TargetSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real model, sharded bf16 files computed in float32, equals Hugging Face's: logits at every prompt position, and texts. */
class SmolLmGoldenTest {
  private static final float TOLERANCE = 1e-3f;
  private static final int TOP = 10;
  private static final int SLOTS = 4;
  private static TorchEngine engine;
  private static int[] endTokens;
  private static JsonNode cases;

  @BeforeAll
  static void open() throws IOException, InterruptedException {
    Path checkpoint = SmolLm.checkpoint();
    cases = new ObjectMapper().readTree(SmolLm.golden().resolve("golden.json").toFile());
    endTokens = TargetSpec.read(checkpoint).endTokens();
    engine = TorchEngine
        .open(new EngineOptions(checkpoint, null, ComputeType.FP32, "cpu", 1, SLOTS, 512, 1, 1, true, DraftWeights.FULL));
  }

  @AfterAll
  static void close() {
    if (engine != null) {
      engine.close();
    }
  }

  @Test
  void logitsEqualTransformers() {
    GoldenTensors golden = GoldenTensors.read(SmolLm.golden().resolve("golden.safetensors"));
    int vocabulary = engine.spec().vocabulary();
    for (int i = 0; i < cases.size(); i++) {
      int[] prompt = Demo.ints(cases.get(i).get("prompt_ids"));
      float[] found = engine.inspect(0, prompt);
      int[] ids = golden.ints("top_ids." + i);
      float[] wanted = golden.floats("top_logits." + i);
      float largest = 0;
      for (int k = 0; k < ids.length; k++) {
        largest = Math.max(largest, Math.abs(found[k / TOP * vocabulary + ids[k]] - wanted[k]));
      }
      float[] last = golden.floats("last_logits." + i);
      for (int token = 0; token < vocabulary; token++) {
        largest = Math.max(largest, Math.abs(found[(prompt.length - 1) * vocabulary + token] - last[token]));
      }
      assertThat(ids.length).as("best ids of prompt %s", i).isEqualTo(TOP * prompt.length);
      assertThat(largest).as("largest absolute difference of logits of prompt %s", i).isLessThan(TOLERANCE);
    }
  }

  @Test
  void greedyTextsEqualTransformers() {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      int[] prompt = Demo.ints(cases.get(i).get("prompt_ids"));
      requests.add(new GenerationRequest("prompt " + i, 0, 0, prompt, Sampling.GREEDY, cases.get(i).get("greedy").size(), null));
    }
    ListRequester requester = new ListRequester(requests);
    DecodeOptions options = new DecodeOptions(new NoDraft(), new Coupling.None(), endTokens);
    new DecodeLoop(engine, options, System::nanoTime).run(requester);
    for (int i = 0; i < cases.size(); i++) {
      assertThat(requester.finished.get("prompt " + i).tokens())
          .as("greedy tokens of prompt %s", i)
          .isEqualTo(Demo.ints(cases.get(i).get("greedy")));
    }
  }
}
