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
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.EngineOptions;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In every type the text is that of plain decoding, token for token, whatever drafts it and whoever shares the batch; on a
 * processor without bf16 all of it runs in float32.
 */
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
      List.of(new Coupling.None(), new Coupling.Shared(), new Coupling.Fitted());
  private static final Map<Object, Map<String, Generation>> PLAIN = new HashMap<>();
  private static final Map<ComputeType, TorchEngine[]> ENGINES = new EnumMap<>(ComputeType.class);

  /** Engines of 1, 3 and 8 slots, and of 3 with the attention of a GPU. */
  private static TorchEngine[] engines(ComputeType type) {
    return ENGINES.computeIfAbsent(type, any -> new TorchEngine[] {
      TorchEngine.open(options(type, 1)),
      TorchEngine.open(options(type, 3)),
      TorchEngine.open(options(type, 8)),
      EngineOpener.open(options(type, 3), true)
    });
  }

  private static EngineOptions options(ComputeType type, int slots) {
    return Demo.options(slots, 60, 91, type, 1, DraftWeights.AUTO); // as a job drafts by itself
  }

  @AfterAll
  static void close() {
    ENGINES.values().forEach(engines -> Stream.of(engines).forEach(TorchEngine::close));
    ENGINES.clear();
  }

  static Stream<Arguments> cases() {
    Stream<Arguments> integers =
        Stream.of(new TalonPolicy(8, 4, 0.03), new TalonPolicy(60, 10, 0.03))
            .map(policy -> Arguments.of(ComputeType.INT8, policy));
    return Stream.concat(
        Stream.of(ComputeType.FP32, Demo.BF16).flatMap(type -> policies().stream().map(policy -> Arguments.of(type, policy))),
        integers);
  }

  static List<TreePolicy> policies() {
    return SamplePolicies.allAnd(new TalonPolicy(8, 4, 0.03), new TalonPolicy(60, 10, 0.03));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void greedyTextIsThatOfPlainDecoding(ComputeType type, TreePolicy policy) {
    compare(type, policy, new Coupling.None(), GREEDY, null);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void sampledTextIsThatOfPlainDecoding(ComputeType type, TreePolicy policy) {
    int turn = policies().indexOf(policy); // every policy meets every coupling, and over the policies every setting does
    for (int i = 0; i < SAMPLED.size(); i++) {
      for (int j = 0; j < 2; j++) {
        compare(type, policy, COUPLINGS.get((turn + i + j) % COUPLINGS.size()), SAMPLED.get(i), null);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aStopInsideATreeEndsTheTextWherePlainDecodingEndsIt(ComputeType type, TreePolicy policy) {
    Supplier<IntPredicate> stop = SeenTwice::new;
    int stopped = compare(type, policy, new Coupling.Shared(), new DemoPrompts.Settings(0.7, 0, 1, 0), stop);
    assertThat(stopped).as("texts that the stop test ended").isPositive();
  }

  @Test
  void tokensFollowTheSeed() {
    DemoPrompts.Settings hot = new DemoPrompts.Settings(5, 0, 1, 0);
    List<GenerationRequest> requests = DemoPrompts.requests(1, MAX_NEW_TOKENS, hot, null);
    int[] first = tokens(engines(ComputeType.FP32)[0], new NoDraft(), requests);
    int[] again = tokens(engines(ComputeType.FP32)[0], new TalonPolicy(16, 4, 0.03), requests);
    GenerationRequest original = requests.get(0);
    GenerationRequest reseeded =
        new GenerationRequest(original.promptId(), 1, 0, original.prompt(), hot.seeded(12345), MAX_NEW_TOKENS, null);
    int[] other = tokens(engines(ComputeType.FP32)[0], new NoDraft(), List.of(reseeded));
    assertThat(again).as("Should repeat itself under the same seed").isEqualTo(first);
    assertThat(other).as("Should differ under another seed").isNotEqualTo(first);
  }

  private static int[] tokens(TorchEngine engine, TreePolicy policy, List<GenerationRequest> requests) {
    return DemoPrompts.decode(engine, policy, new Coupling.Shared(), requests).values().iterator().next().tokens();
  }

  /** Decodes plainly alone, and by the policy in batches of 1, 3 and 8; the number of texts that ended by a stop. */
  private static int compare(
      ComputeType type, TreePolicy policy, Coupling coupling, DemoPrompts.Settings settings, Supplier<IntPredicate> stop) {
    List<GenerationRequest> requests = DemoPrompts.requests(REQUESTS, MAX_NEW_TOKENS, settings, stop);
    Map<String, Generation> plain =
        stop == null ? PLAIN.computeIfAbsent(List.of(type, settings), key -> plain(type, requests)) : plain(type, requests);
    for (TorchEngine engine : engines(type)) {
      Map<String, Generation> drafted = DemoPrompts.decode(engine, policy, coupling, requests);
      plain.forEach((id, expected) -> {
        Generation found = drafted.get(id);
        String what = "%s, %s, %s, %s, batch %s, %s".formatted(type, policy, coupling, settings, engine.spec().slots(), id);
        assertThat(found.tokens()).as("tokens, %s", what).isEqualTo(expected.tokens());
        assertThat(found.finishReason()).as("finish reason, %s", what).isEqualTo(expected.finishReason());
        assertThat(1 + found.stats().roundTokens()).as("counted tokens, %s", what).isEqualTo(expected.tokens().length);
      });
    }
    return (int) plain.values().stream().filter(generation -> generation.finishReason() == FinishReason.STOP).count();
  }

  private static Map<String, Generation> plain(ComputeType type, List<GenerationRequest> requests) {
    return DemoPrompts.decode(engines(type)[0], new NoDraft(), new Coupling.None(), requests);
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
