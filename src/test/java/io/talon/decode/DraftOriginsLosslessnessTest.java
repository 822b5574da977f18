package io.talon.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.draft.Drafter;
import io.talon.draft.EngineDrafter;
import io.talon.draft.MergedDrafter;
import io.talon.draft.auto.Drafters;
import io.talon.draft.lookup.Lookups;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.draft.policy.ChainPolicy;
import io.talon.draft.policy.NoDraft;
import io.talon.draft.policy.OptTreePolicy;
import io.talon.draft.policy.OptTreePolicy.Variant;
import io.talon.draft.policy.SamplePolicies;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.HashEngine;
import io.talon.engine.Noise;
import io.talon.engine.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the drafts come from, the text is that of plain decoding; and a corpus that holds it is drafted to its end. */
class DraftOriginsLosslessnessTest {
  private static final int[] END_TOKENS = {3, 17};
  private static final int REQUESTS = 7;
  private static final Coupling[] COUPLINGS = {new Coupling.None(), new Coupling.Shared(), new Coupling.Fitted()};
  private static final double[] TEMPERATURES = {0, 0.7, 1};
  private static final List<TreePolicy> POLICIES =
      SamplePolicies.allAnd(new TalonPolicy(2, 4, 0.03), new OptTreePolicy(16, 0, 6, Variant.INTENDED));

  private enum Origin {
    NGRAM(false, corpus -> new Drafters(false, Lookups.ngrams(1, 3))),
    RUN(false, corpus -> new Drafters(false, new Lookups(0, 0, List.of(corpus)))),
    NGRAM_AND_RUNS(false, corpus -> new Drafters(false, new Lookups(2, 4, List.of(corpus, corpus)))),
    HEAD_AND_NGRAM(true, corpus -> new Drafters(true, Lookups.ngrams(1, 3))),
    HEAD_AND_RUN(true, corpus -> new Drafters(true, new Lookups(1, 3, List.of(corpus))));

    private final boolean head;
    private final Function<SuffixIndex, Drafter.Factory> drafters;

    Origin(boolean head, Function<SuffixIndex, Drafter.Factory> drafters) {
      this.head = head;
      this.drafters = drafters;
    }
  }

  /** Half of the requests stop at a token that plain decoding does not treat as an end. */
  private static GenerationRequest request(int id, double temperature) {
    long seed = Noise.rowSeed(2, String.valueOf(id), 0);
    int[] prompt = new int[1 + 3 * id];
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = 4 + Math.floorMod(Noise.bits(seed, i % 5), 12); // a prompt that repeats itself
    }
    Supplier<IntPredicate> stop = id % 2 == 0 ? null : Third::new;
    Sampling sampling = Sampling.GREEDY.withTemperature(temperature).seeded(seed);
    return new GenerationRequest(String.valueOf(id), 0, 0, prompt, sampling, 6 + 8 * id, stop).recorded();
  }

  /** Ends a text with its third token that is divisible by 5. */
  private static final class Third implements IntPredicate {
    private int left = 3;

    @Override
    public boolean test(int token) {
      left -= token % 5 == 0 ? 1 : 0;
      return left == 0;
    }
  }

  private static HashEngine engine(Origin origin, int batch, long language) {
    return new HashEngine(HashEngine.spec(20, origin.head ? 18 : 0, batch, 64), language, 2);
  }

  private static Map<String, Generation> decode(
      HashEngine engine, TreePolicy policy, Drafter.Factory drafters, Coupling coupling, List<GenerationRequest> requests) {
    Requests requester = new Requests(requests);
    new DecodeLoop(engine, new DecodeOptions(policy, drafters, coupling, END_TOKENS), () -> 0).run(requester);
    assertThat(engine.liveSlots()).as("Should release every slot").isZero();
    return new TreeMap<>(requester.finished);
  }

  @ParameterizedTest
  @EnumSource
  void everyOriginWritesWhatPlainDecodingWrites(Origin origin) {
    long language = 0;
    int accepted = 0;
    for (TreePolicy policy : POLICIES) {
      for (double temperature : TEMPERATURES) {
        language++;
        List<GenerationRequest> requests = new ArrayList<>();
        for (int id = 0; id < REQUESTS; id++) {
          requests.add(request(id, temperature));
        }
        Map<String, Generation> plain =
            decode(engine(origin, 1, language), new NoDraft(), EngineDrafter::new, new Coupling.None(), requests);
        SuffixIndex corpus = corpus(plain);
        for (Coupling coupling : COUPLINGS) {
          for (int batch : new int[] {1, 3, 8}) {
            HashEngine engine = engine(origin, batch, language);
            Map<String, Generation> drafted = decode(engine, policy, origin.drafters.apply(corpus), coupling, requests);
            assertThat(drafted.keySet()).isEqualTo(plain.keySet());
            for (Generation generation : drafted.values()) {
              Generation expected = plain.get(generation.request().promptId());
              assertThat(generation.tokens())
                  .as("%s, %s, %s, T %s, batch %s", origin, policy, coupling, temperature, batch)
                  .isEqualTo(expected.tokens());
              assertThat(generation.finishReason()).isEqualTo(expected.finishReason());
              assertThat(1 + generation.stats().roundTokens()).isEqualTo(generation.tokens().length);
              assertThat(origin.head || generation.stats().draftForwards() == 0)
                  .as("Should cost no forward without a head")
                  .isTrue();
              accepted += generation.stats().acceptedDraftTokens();
            }
          }
        }
      }
    }
    assertThat(accepted).as("Should accept some of what is drafted").isPositive();
  }

  /** A run that another one can look in: the texts of all but the last request, and a text of no use. */
  private static SuffixIndex corpus(Map<String, Generation> run) {
    SuffixIndex.Builder builder = new SuffixIndex.Builder().add(new int[] {4, 4, 4, 4}, 0, 4);
    run.values().stream()
        .limit(REQUESTS - 1)
        .forEach(generation -> builder.add(generation.request().prompt(), generation.tokens()));
    return builder.build();
  }

  @Test
  void aTextThatWasGeneratedBeforeIsAcceptedAsAWhole() {
    GenerationRequest request = request(4, 1);
    HashEngine engine = new HashEngine(HashEngine.spec(200, 0, 1, 200), 5, 0);
    Generation first =
        decode(engine, new NoDraft(), EngineDrafter::new, new Coupling.None(), List.of(request)).get("4");
    SuffixIndex run = new SuffixIndex.Builder().add(request.prompt(), first.tokens()).build();
    Generation again =
        decode(engine, new ChainPolicy(9), new Lookups(0, 0, List.of(run)), new Coupling.None(), List.of(request)).get("4");
    assertThat(again.tokens()).isEqualTo(first.tokens());
    assertThat(first.tokens().length).isGreaterThan(20);
    assertThat(again.stats().rounds()).as("Should commit ten tokens a round")
        .isEqualTo((first.tokens().length - 1 + 9) / 10);
    assertThat(again.stats().draftForwards()).isZero();
  }

  @Test
  void treesDoNotDependOnTheirNeighbours() {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int id = 0; id < REQUESTS; id++) {
      requests.add(request(id, 1));
    }
    Drafter.Factory merged = MergedDrafter.of(EngineDrafter::new, Lookups.ngrams(1, 3));
    Map<String, Generation> alone =
        decode(engine(Origin.HEAD_AND_NGRAM, 1, 3), new TalonPolicy(16, 4, 0.03), merged, new Coupling.Shared(), requests);
    Map<String, Generation> together =
        decode(engine(Origin.HEAD_AND_NGRAM, 5, 3), new TalonPolicy(16, 4, 0.03), merged, new Coupling.Shared(), requests);
    alone.forEach((id, generation) -> {
      assertThat(Arrays.toString(generation.rounds().stream().mapToInt(round -> round.treeRows()).toArray()))
          .isEqualTo(Arrays.toString(together.get(id).rounds().stream().mapToInt(round -> round.treeRows()).toArray()));
      assertThat(together.get(id).stats().acceptanceHistogram()).isEqualTo(generation.stats().acceptanceHistogram());
    });
  }
}
