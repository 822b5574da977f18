package io.talon.draft.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.sun.management.ThreadMXBean;
import io.talon.draft.DraftRound;
import io.talon.draft.policy.ChainPolicy;
import io.talon.draft.policy.NoDraft;
import io.talon.draft.policy.OptTreePolicy;
import io.talon.draft.policy.OptTreePolicy.Variant;
import io.talon.draft.policy.StaticTreePolicy;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.ToyDraft;
import io.talon.draft.policy.ToyDraft.Grown;
import io.talon.draft.policy.TreePolicy;
import io.talon.tree.DraftTree;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LookupDrafterTest {
  private static final int[] END_TOKENS = {2, 5};
  private static final TreePolicy BEST = new OptTreePolicy(8, 0, 9, Variant.INTENDED);

  static List<TreePolicy> policies() {
    return List.of(
        BEST,
        new TalonPolicy(1, 4, 0.03),
        new TalonPolicy(16, 4, 0.03),
        new TalonPolicy(60, 10, 0.3),
        new StaticTreePolicy(16, 4, 6),
        new OptTreePolicy(12, 0.1, 5, Variant.REPOSITORY),
        new ChainPolicy(8, 0.2),
        new NoDraft());
  }

  private static Grown draft(TreePolicy policy, int depthLimit, int... history) {
    DraftRound round = new DraftRound(1, policy.maxTreeRows());
    round.add(0, history, history.length, depthLimit);
    new LookupDrafter(policy, END_TOKENS, new NgramLookup(1, 1, 3)).draft(round);
    return new Grown(round.tree(0), round.forwards(0));
  }

  @Test
  void continuationsAreMergedByPrefixWithTheirShares() {
    // 7 8 is followed by 1 3 and 1 4 where 2 tokens agree, and by 6 7 where 3 do.
    int[] history = {7, 8, 1, 3, 0, 7, 8, 1, 4, 9, 7, 8, 6, 7, 11, 9, 7, 8};
    DraftRound round = new DraftRound(1, 8);
    round.add(0, history, history.length, 2);
    new LookupDrafter(BEST, END_TOKENS, new NgramLookup(1, 1, 2)).draft(round);
    Grown grown = new Grown(round.tree(0), round.forwards(0));
    assertThat(grown.nodes()).isEqualTo("0:1 0:6 2:7 1:3 1:4");
    assertThat(Math.exp(grown.tree().logProb(1))).as("Should be 4 of 7 tokens that agreed, after 2")
        .isCloseTo(4 / 7.0 * 3 / 4, offset(1e-6));
    assertThat(Math.exp(grown.tree().logProb(4))).as("Should be half of those, after 3 tokens that agreed")
        .isCloseTo(4 / 7.0 * 3 / 4 * 1 / 2 * 4 / 5, offset(1e-6));
    assertThat(grown.forwards()).as("Should cost no forward").isZero();
  }

  @Test
  void longMatchesAreSurerThanShortOnes() {
    Grown sure = draft(new ChainPolicy(1), 9, 1, 3, 4, 6, 7, 8, 0, 1, 3, 4, 6, 7, 8);
    Grown unsure = draft(new ChainPolicy(1), 9, 1, 3, 4, 6, 7, 8, 0, 9, 8);
    assertThat(sure.nodes()).isEqualTo("0:0");
    assertThat(Math.exp(sure.tree().logProb(1))).isCloseTo(7 / 8.0, offset(1e-6));
    assertThat(Math.exp(unsure.tree().logProb(1))).isCloseTo(2 / 3.0, offset(1e-6));
  }

  @Test
  void nothingFoundIsABareRoot() {
    assertThat(draft(new TalonPolicy(16, 4, 0.03), 9, 1, 3, 4).nodes()).isEmpty();
    assertThat(draft(new TalonPolicy(16, 4, 0.03), 0, 1, 1, 1).nodes()).as("Should stop where the sequence does").isEmpty();
  }

  @Test
  void endsOfSequencesAreLeaves() {
    assertThat(draft(new ChainPolicy(9), 9, 1, 3, 2, 4, 1, 3).nodes()).isEqualTo("0:2");
  }

  @ParameterizedTest
  @MethodSource("policies")
  void treesAreThoseOfTheFrequencies(TreePolicy policy) {
    Random random = new Random(8);
    Lookup[] lookups = {new NgramLookup(1, 1, 3), new CorpusLookup(corpus(random))};
    LookupDrafter drafter = new LookupDrafter(policy, END_TOKENS, lookups);
    DraftRound round = new DraftRound(1, policy.maxTreeRows());
    for (int trial = 0; trial < 300; trial++) {
      int[] history = random.ints(1 + random.nextInt(60), 0, 3 + trial % 7).toArray();
      int depthLimit = random.nextInt(3) == 0 ? random.nextInt(4) : 30;
      round.clear();
      round.add(0, history, history.length, depthLimit);
      drafter.draft(round);
      drafter.release(0);
      Matches matches = new Matches(2);
      Arrays.stream(lookups).forEach(lookup -> lookup.find(0, history, history.length, matches));
      lookups[0].release(0);
      Grown expected = frequencies(matches).grow(policy, depthLimit, END_TOKENS);
      Grown grown = new Grown(round.tree(0), 0);
      assertThat(grown.nodes()).as("%s, trial %s", policy, trial).isEqualTo(expected.nodes());
      for (int node = 1; node < grown.tree().size(); node++) {
        assertThat(grown.tree().logProb(node)).isEqualTo(expected.tree().logProb(node));
      }
    }
  }

  private static SuffixIndex corpus(Random random) {
    SuffixIndex.Builder builder = new SuffixIndex.Builder();
    for (int i = 0; i < 6; i++) {
      builder.add(random.ints(50, 0, 4 + i).toArray(), 0, 50);
    }
    return builder.build();
  }

  /** The draft of the matches, by counting all of them for every path. */
  private static ToyDraft frequencies(Matches matches) {
    return path -> {
      int[] weights = new int[10];
      int[] longest = new int[10];
      int total = 0;
      for (int match = 0; match < matches.size(); match++) {
        if (follows(matches, match, path)) {
          int token = matches.token(match, path.size());
          total += matches.length(match);
          if (token >= 0) {
            weights[token] += matches.length(match);
            longest[token] = Math.max(longest[token], matches.length(match) + path.size());
          }
        }
      }
      float[] logProbs = new float[10];
      for (int token = 0; token < 10; token++) {
        logProbs[token] = weights[token] == 0
            ? Float.NEGATIVE_INFINITY
            : (float) Math.log((double) weights[token] / total * (longest[token] + 1) / (longest[token] + 2));
      }
      return logProbs;
    };
  }

  private static boolean follows(Matches matches, int match, List<Integer> path) {
    for (int i = 0; i < path.size(); i++) {
      if (matches.token(match, i) != path.get(i)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void draftingAllocatesNothing() {
    Random random = new Random(1);
    int[] history = random.ints(4000, 6, 10).toArray();
    TreePolicy policy = new TalonPolicy(16, 4, 0.03);
    LookupDrafter drafter =
        new LookupDrafter(policy, END_TOKENS, new NgramLookup(1, 1, 3), new CorpusLookup(corpus(random)));
    DraftRound round = new DraftRound(1, policy.maxTreeRows());
    draftAlong(drafter, round, history, 3);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    DraftTree tree = draftAlong(drafter, round, history, 3);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(tree.size()).isEqualTo(16);
    assertThat(allocated).as("bytes for 4000 trees").isLessThan(4000);
  }

  private static DraftTree draftAlong(LookupDrafter drafter, DraftRound round, int[] history, int first) {
    for (int length = first; length <= history.length; length++) {
      round.clear();
      round.add(0, history, length, 20);
      drafter.draft(round);
    }
    drafter.release(0);
    return round.tree(0);
  }
}
