package io.talon.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.draft.policy.ChainPolicy;
import io.talon.draft.policy.SamplePolicies;
import io.talon.draft.policy.StaticTreePolicy;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.HashEngine;
import io.talon.engine.Sampling;
import io.talon.engine.SamplingTwin;
import io.talon.stats.DecodeStats;
import io.talon.stats.RoundRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is drafted, however it is batched: the text is that of plain decoding. */
class LosslessnessTest {
  private static final int[] END_TOKENS = {3, 17};
  private static final Coupling[] COUPLINGS =
      {new Coupling.None(), new Coupling.Shared(), new Coupling.Fixed(1.5, 0.4), new Coupling.Fitted()};

  private record Filters(double temperature, int topK, double topP) {}

  private static final Filters[] FILTERS = {
    new Filters(0, 0, 1), new Filters(0.7, 0, 1), new Filters(1, 0, 1), new Filters(1, 8, 1), new Filters(0.7, 20, 0.9)
  };

  static List<TreePolicy> policies() {
    return SamplePolicies.allAnd(
        new ChainPolicy(1),
        new StaticTreePolicy(2, 1, 1),
        new StaticTreePolicy(60, 10, 9),
        new TalonPolicy(1, 10, 0.03),
        new TalonPolicy(2, 4, 0.03),
        new TalonPolicy(60, 10, 0.03),
        new TalonPolicy(60, 10, 1),
        new TalonPolicy(80, 6, 1e-9, 5),
        new TalonPolicy(16, 4, 0.03, 16, 0),
        new TalonPolicy(16, 3, 0.03, 16, 2));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void everyPolicyWritesWhatPlainDecodingWrites(TreePolicy policy) {
    long language = 0;
    for (Filters filters : FILTERS) {
      List<GenerationRequest> requests =
          IntStream.range(0, 9)
              .mapToObj(id -> Requests.request(id, filters.temperature, filters.topK, filters.topP, 5 + 7 * id).recorded())
              .toList();
      for (Coupling coupling : COUPLINGS) {
        for (int batch : new int[] {1, 3, 8}) {
          Requests requester = new Requests(requests);
          HashEngine engine = new HashEngine(HashEngine.spec(48, 40, batch, 200), ++language, 3);
          decode(engine, policy, coupling, requester);
          assertThat(requester.finished).as("Should finish every request").hasSize(requests.size());
          for (Generation generation : requester.finished.values()) {
            assertThat(generation.tokens())
                .as("%s, %s, %s, batch %s, prompt %s", policy, coupling, filters, batch, generation.request().promptId())
                .isEqualTo(plain(engine, generation.request()));
            assertCountersAddUp(generation);
          }
        }
      }
    }
  }

  @Test
  void orderAndNeighboursDoNotMatter() {
    List<GenerationRequest> requests =
        new ArrayList<>(IntStream.range(0, 25).mapToObj(id -> Requests.request(id, 1, 0, 1, 40)).toList());
    TreePolicy policy = new TalonPolicy(16, 4, 0.03);
    Requests alone = new Requests(requests);
    decode(new HashEngine(HashEngine.spec(48, 40, 1, 100), 5, 2), policy, new Coupling.Shared(), alone);
    for (int shuffle = 0; shuffle < 5; shuffle++) {
      Collections.shuffle(requests, new Random(shuffle));
      Requests together = new Requests(requests);
      decode(new HashEngine(HashEngine.spec(48, 40, 2 + shuffle, 100), 5, 2), policy, new Coupling.Shared(), together);
      for (GenerationRequest request : requests) {
        Generation expected = alone.finished.get(request.promptId());
        Generation actual = together.finished.get(request.promptId());
        assertThat(actual.tokens()).as("Should write the same text in any company").isEqualTo(expected.tokens());
        assertThat(actual.stats()).as("Should draft the same trees in any company")
            .usingRecursiveComparison()
            .ignoringFieldsMatchingRegexes(".*Nanos")
            .isEqualTo(expected.stats());
      }
    }
  }

  @Test
  void aPerfectDraftIsAcceptedToTheLastToken() {
    Requests requester = new Requests(List.of(Requests.request(1, 0, 0, 1, 41)));
    HashEngine engine = new HashEngine(HashEngine.spec(48, 48, 1, 200), 9, 0);
    new DecodeLoop(engine, new DecodeOptions(new ChainPolicy(4), new Coupling.None(), new int[0]), () -> 0)
        .run(requester);
    DecodeStats stats = requester.finished.get("1").stats();
    assertThat(stats.meanAcceptedTokens()).as("Should commit four drafted tokens and a bonus per round").isEqualTo(5);
    assertThat(stats.rounds()).isEqualTo(8);
    assertThat(stats.acceptanceHistogram()).containsExactly(0, 0, 0, 0, 8);
    assertThat(stats.draftAcceptanceRate()).isEqualTo(1);
  }

  static void decode(HashEngine engine, TreePolicy policy, Coupling coupling, Requester requester) {
    new DecodeLoop(engine, new DecodeOptions(policy, coupling, END_TOKENS), () -> 0).run(requester);
    assertThat(engine.liveSlots()).as("Should release every slot").isZero();
  }

  /** Decoding without loop, slots or trees. */
  static int[] plain(HashEngine engine, GenerationRequest request) {
    Sampling sampling = request.sampling();
    int[] tokens = request.prompt();
    int limit = Math.min(engine.spec().maxContext(), tokens.length + request.maxNewTokens());
    boolean ended = false;
    while (tokens.length < limit && !ended) {
      int next = SamplingTwin.choose(engine.targetLogits(tokens), sampling, tokens.length);
      tokens = Arrays.copyOf(tokens, tokens.length + 1);
      tokens[tokens.length - 1] = next;
      ended = next == END_TOKENS[0] || next == END_TOKENS[1];
    }
    return Arrays.copyOfRange(tokens, request.prompt().length, tokens.length);
  }

  private static void assertCountersAddUp(Generation generation) {
    DecodeStats stats = generation.stats();
    assertThat(1 + stats.roundTokens()).as("Should count every token once").isEqualTo(generation.tokens().length);
    assertThat(generation.rounds()).as("Should record every round").hasSize(stats.rounds());
    assertThat(generation.rounds().stream().mapToInt(RoundRecord::accepted).sum()).isEqualTo(stats.acceptedDraftTokens());
    assertThat(generation.rounds().stream().mapToInt(RoundRecord::draftForwards).sum()).isEqualTo(stats.draftForwards());
    assertThat(generation.rounds().stream().mapToInt(round -> round.treeRows() - 1).sum()).isEqualTo(stats.draftTokens());
    assertThat(Arrays.stream(stats.acceptanceHistogram()).sum()).isEqualTo(stats.rounds());
    assertThat(stats.roundTokens() - stats.acceptedDraftTokens())
        .as("Should commit a bonus per round, but for a last one that ends inside its tree")
        .isBetween(stats.rounds() - 1, stats.rounds());
    int position = generation.request().prompt().length;
    for (RoundRecord round : generation.rounds()) {
      assertThat(round.position()).as("Should root round %s at the newest token", round.roundIdx()).isEqualTo(position);
      assertThat(Arrays.stream(round.widths()).sum()).as("Should count a tree by depth").isEqualTo(round.treeRows() - 1);
      assertThat(round.acceptedRanks()).hasSize(round.accepted());
      assertTreeIsRecorded(round);
      position += round.accepted() + 1;
    }
  }

  /** The nodes' parents and scores tell the same tree as widths and path do. */
  private static void assertTreeIsRecorded(RoundRecord round) {
    int[] parents = round.parents();
    int[] widths = new int[round.treeDepth()];
    int[] depths = new int[round.treeRows()];
    for (int row = 1; row < round.treeRows(); row++) {
      depths[row] = depths[parents[row - 1]] + 1;
      widths[depths[row] - 1]++;
    }
    assertThat(widths).containsExactly(round.widths());
    assertThat(round.logProbs()).hasSize(round.treeRows() - 1);
    int parent = 0;
    for (int row : round.acceptedRows()) {
      assertThat(parents[row - 1]).as("Should go down the tree").isEqualTo(parent);
      parent = row;
    }
    assertThat(round.acceptedRows()).hasSize(round.accepted());
    if (parent > 0) {
      assertThat(round.logProbs()[parent - 1]).isEqualTo(RoundRecord.rounded(round.pathLogProb()));
    }
  }
}
