package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.decode.Coupling;
import io.talon.decode.FinishReason;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.draft.policy.NoDraft;
import io.talon.draft.policy.SamplePolicies;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.TreePolicy;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** In float32 the text is that of plain decoding, token for token, whatever drafts it and whoever shares the batch. */
class ExactnessTest {
  private static final int REQUESTS = 9;
  private static final int MAX_NEW_TOKENS = 16;
  private static final DemoPrompts.Settings GREEDY = new DemoPrompts.Settings(0, 0, 1, 0);
  private static final List<DemoPrompts.Settings> SAMPLED =
      List.of(
          new DemoPrompts.Settings(0.7, 0, 1, 0),
          new DemoPrompts.Settings(1, 0, 1, 0),
          new DemoPrompts.Settings(0.7, 40, 0.9, 0),
          new DemoPrompts.Settings(1, 0, 0.95, 0.02));
  private static final List<Coupling> COUPLINGS =
      List.of(new Coupling.None(), new Coupling.Shared(), new Coupling.Fixed(1.5, 0.4));
  private static final Map<DemoPrompts.Settings, Map<String, Generation>> PLAIN = new HashMap<>();
  private static TorchEngine[] engines; // of 1, 3 and 8 slots, and of 3 with the attention of a GPU

  @BeforeAll
  static void open() {
    engines = new TorchEngine[] {engine(1), engine(3), engine(8), EngineOpener.open(Demo.options(3, 60, 91), true)};
  }

  private static TorchEngine engine(int slots) {
    return TorchEngine.open(Demo.options(slots, 60, 91));
  }

  @AfterAll
  static void close() {
    for (TorchEngine engine : engines) {
      engine.close();
    }
  }

  static List<TreePolicy> policies() {
    return SamplePolicies.allAnd(new TalonPolicy(8, 4, 0.03), new TalonPolicy(60, 10, 0.03));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void greedyTextIsThatOfPlainDecoding(TreePolicy policy) {
    compare(policy, new Coupling.None(), GREEDY, null);
  }

  @ParameterizedTest
  @MethodSource("policies")
  void sampledTextIsThatOfPlainDecoding(TreePolicy policy) {
    for (DemoPrompts.Settings settings : SAMPLED) {
      for (Coupling coupling : COUPLINGS) {
        compare(policy, coupling, settings, null);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("policies")
  void aStopInsideATreeEndsTheTextWherePlainDecodingEndsIt(TreePolicy policy) {
    Supplier<IntPredicate> stop = SeenTwice::new;
    int stopped = compare(policy, new Coupling.Shared(), new DemoPrompts.Settings(0.7, 0, 1, 0), stop);
    assertThat(stopped).as("texts that the stop test ended").isPositive();
  }

  @Test
  void tokensFollowTheSeed() {
    DemoPrompts.Settings hot = new DemoPrompts.Settings(5, 0, 1, 0);
    List<GenerationRequest> requests = DemoPrompts.requests(1, MAX_NEW_TOKENS, hot, null);
    int[] first = tokens(engines[0], new NoDraft(), requests);
    int[] again = tokens(engines[0], new TalonPolicy(16, 4, 0.03), requests);
    GenerationRequest original = requests.get(0);
    GenerationRequest reseeded =
        new GenerationRequest(original.promptId(), 1, 0, original.prompt(), hot.seeded(12345), MAX_NEW_TOKENS, null);
    int[] other = tokens(engines[0], new NoDraft(), List.of(reseeded));
    assertThat(again).as("Should repeat itself under the same seed").isEqualTo(first);
    assertThat(other).as("Should differ under another seed").isNotEqualTo(first);
  }

  private static int[] tokens(TorchEngine engine, TreePolicy policy, List<GenerationRequest> requests) {
    return DemoPrompts.decode(engine, policy, new Coupling.Shared(), requests).values().iterator().next().tokens();
  }

  /** Decodes plainly alone, and by the policy in batches of 1, 3 and 8; the number of texts that ended by a stop. */
  private static int compare(TreePolicy policy, Coupling coupling, DemoPrompts.Settings settings, Supplier<IntPredicate> stop) {
    List<GenerationRequest> requests = DemoPrompts.requests(REQUESTS, MAX_NEW_TOKENS, settings, stop);
    Map<String, Generation> plain =
        stop == null ? PLAIN.computeIfAbsent(settings, key -> plain(requests)) : plain(requests);
    for (TorchEngine engine : engines) {
      Map<String, Generation> drafted = DemoPrompts.decode(engine, policy, coupling, requests);
      plain.forEach((id, expected) -> {
        Generation found = drafted.get(id);
        String what = "%s, %s, %s, batch %s, %s".formatted(policy, coupling, settings, engine.spec().slots(), id);
        assertThat(found.tokens()).as("tokens, %s", what).isEqualTo(expected.tokens());
        assertThat(found.finishReason()).as("finish reason, %s", what).isEqualTo(expected.finishReason());
        assertThat(1 + found.stats().roundTokens()).as("counted tokens, %s", what).isEqualTo(expected.tokens().length);
      });
    }
    return (int) plain.values().stream().filter(generation -> generation.finishReason() == FinishReason.STOP).count();
  }

  private static Map<String, Generation> plain(List<GenerationRequest> requests) {
    return DemoPrompts.decode(engines[0], new NoDraft(), new Coupling.None(), requests);
  }

  /** Stops at the first token that comes a second time. */
  private static final class SeenTwice implements IntPredicate {
    private final BitSet seen = new BitSet();

    @Override
    public boolean test(int token) {
      boolean again = seen.get(token);
      seen.set(token);
      return again;
    }
  }
}
