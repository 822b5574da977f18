package io.talon.torch;

import com.fasterxml.jackson.databind.JsonNode;
import io.talon.decode.Coupling;
import io.talon.decode.DecodeLoop;
import io.talon.decode.DecodeOptions;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.Engine;
import io.talon.engine.Noise;
import io.talon.engine.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** The prompts of the golden file as requests, and a loop around them. */
final class DemoPrompts {
  private DemoPrompts() {}

  /** How to sample, but for the seed. */
  record Settings(double temperature, int topK, double topP, double minP) {
    Sampling seeded(long rowSeed) {
      return Sampling.GREEDY.withTemperature(temperature).withTopK(topK).withTopP(topP).withMinP(minP).seeded(rowSeed);
    }
  }

  static List<GenerationRequest> requests(int count, int maxNewTokens, Settings settings, Supplier<IntPredicate> stop) {
    List<GenerationRequest> requests = new ArrayList<>();
    JsonNode cases = Demo.golden();
    for (int i = 0; i < count; i++) {
      String id = "prompt-" + i;
      Sampling sampling = settings.seeded(Noise.rowSeed(7 + i, id, i));
      int[] prompt = Demo.ints(cases.get(i % cases.size()).get("prompt_ids"));
      requests.add(new GenerationRequest(id, 0, 0, prompt, sampling, maxNewTokens, stop));
    }
    return requests;
  }

  static Map<String, Generation> decode(Engine engine, TreePolicy policy, Coupling coupling, List<GenerationRequest> requests) {
    ListRequester requester = new ListRequester(requests);
    DecodeOptions options = new DecodeOptions(policy, coupling, Demo.END);
    new DecodeLoop(engine, options, System::nanoTime).run(requester);
    return requester.finished;
  }
}
