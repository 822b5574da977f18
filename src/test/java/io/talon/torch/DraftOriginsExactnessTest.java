package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.decode.Coupling;
import io.talon.decode.DecodeLoop;
import io.talon.decode.DecodeOptions;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.draft.Drafter;
import io.talon.draft.EngineDrafter;
import io.talon.draft.MergedDrafter;
import io.talon.draft.lookup.Lookups;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.draft.policy.NoDraft;
import io.talon.draft.policy.OptTreePolicy;
import io.talon.draft.policy.OptTreePolicy.Variant;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.EngineOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On the demo model: drafts without a head, and fused with the head's, write what plain decoding writes. */
class DraftOriginsExactnessTest {
  private static final int ROWS = 16;
  private static final TreePolicy TALON = new TalonPolicy(ROWS, 4, 0.03);

  private static Map<String, Generation> decode(
      TorchEngine engine, TreePolicy policy, Drafter.Factory drafters, List<GenerationRequest> requests) {
    ListRequester requester = new ListRequester(requests);
    DecodeOptions options = new DecodeOptions(policy, drafters, new Coupling.Shared(), Demo.END);
    new DecodeLoop(engine, options, System::nanoTime).run(requester);
    return requester.finished;
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "3, 0", "3, 0.7"})
  void textsAreThoseOfPlainDecoding(int slots, double temperature) {
    List<GenerationRequest> requests =
        DemoPrompts.requests(8, 32, new DemoPrompts.Settings(temperature, 0, 1, 0), null);
    EngineOptions headless =
        new EngineOptions(Demo.TARGET, null, ComputeType.FP32, "cpu", 1, slots, 0, ROWS, 1, true, DraftWeights.FULL);
    try (TorchEngine engine = TorchEngine.open(headless)) {
      Map<String, Generation> plain = decode(engine, new NoDraft(), EngineDrafter::new, requests);
      SuffixIndex.Builder run = new SuffixIndex.Builder();
      plain.values().stream().limit(6).forEach(each -> run.add(each.request().prompt(), each.tokens()));
      Lookups everything = new Lookups(1, 3, List.of(run.build()));
      for (Drafter.Factory lookups : List.of(Lookups.ngrams(2, 4), everything)) {
        assertSame(plain, decode(engine, TALON, lookups, requests));
        assertSame(plain, decode(engine, new OptTreePolicy(ROWS, 0.1, 9, Variant.INTENDED), lookups, requests));
      }
      assertThat(decode(engine, TALON, everything, requests).values())
          .as("Should draft without a forward")
          .allMatch(generation -> generation.stats().draftForwards() == 0);
      try (TorchEngine withHead = TorchEngine.open(Demo.options(slots, ROWS, ROWS))) {
        Map<String, Generation> merged = decode(withHead, TALON, MergedDrafter.of(EngineDrafter::new, everything), requests);
        assertSame(plain, merged);
        assertThat(rounds(merged)).as("Should take fewer rounds than the head alone")
            .isLessThan(rounds(decode(withHead, TALON, EngineDrafter::new, requests)));
      }
    }
  }

  private static int rounds(Map<String, Generation> generations) {
    return generations.values().stream().mapToInt(generation -> generation.stats().rounds()).sum();
  }

  private static void assertSame(Map<String, Generation> plain, Map<String, Generation> drafted) {
    assertThat(drafted.keySet()).isEqualTo(plain.keySet());
    plain.forEach((id, expected) -> {
      assertThat(drafted.get(id).tokens()).as("tokens of %s", id).isEqualTo(expected.tokens());
      assertThat(drafted.get(id).finishReason()).isEqualTo(expected.finishReason());
    });
  }
}
