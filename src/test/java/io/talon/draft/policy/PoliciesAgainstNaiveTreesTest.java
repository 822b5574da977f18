package io.talon.draft.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.draft.policy.NaiveTrees.Node;
import io.talon.draft.policy.NaiveTrees.Tree;
import io.talon.draft.policy.OptTreePolicy.Variant;
import io.talon.draft.policy.ToyDraft.Grown;
import io.talon.tree.DraftTree;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PoliciesAgainstNaiveTreesTest {
  private static final int[] END_TOKENS = {2, 5};
  private static final int[] BUDGETS = {1, 2, 3, 4, 5, 9, 16, 60, 90};
  private static final double[] MUS = {1e-30, 0.001, 0.03, 0.3, 1};
  private static final double[] THRESHOLDS = {0, 0.01, 0.1, 0.5, 2};
  private static final Variant[] VARIANTS = Variant.values();
  private static final int TRIALS = 3000;

  /**
   * Distributions that depend on the path: flat ones, peaked ones, ties, impossible tokens. Log-probabilities are multiples of
   * 2^-10, so sums are exact in any order and ties are ties.
   */
  private static ToyDraft random(long seed, int vocabulary) {
    return path -> {
      Random random = new Random(seed * 31 + path.hashCode());
      double sharpness = random.nextInt(4) * 2.5;
      int levels = 1 + random.nextInt(2 * vocabulary);
      double[] weights = new double[vocabulary];
      double sum = 0;
      for (int token = 0; token < vocabulary; token++) {
        boolean possible = random.nextInt(8) > 0;
        weights[token] = possible ? Math.exp(sharpness * random.nextInt(levels) / levels) : 0;
        sum += weights[token];
      }
      float[] logProbs = new float[vocabulary];
      for (int token = 0; token < vocabulary; token++) {
        double share = sum == 0 ? 0 : weights[token] / sum;
        logProbs[token] = (float) (Math.floor(Math.log(share) * 1024) / 1024);
      }
      return logProbs;
    };
  }

  @Test
  void talonIsAlgorithmTwo() {
    Random random = new Random(1);
    for (int trial = 0; trial < TRIALS; trial++) {
      int vocabulary = 1 + random.nextInt(14);
      int width = 1 + random.nextInt(12);
      int budget = trial % 4 == 0 ? width + random.nextInt(2) : BUDGETS[random.nextInt(BUDGETS.length)];
      int ungated = trial % 3 == 0 ? random.nextInt(5) : 1;
      TalonPolicy policy = new TalonPolicy(budget, width, MUS[random.nextInt(MUS.length)], 1 + random.nextInt(70), ungated);
      int depthLimit = random.nextInt(3) == 0 ? random.nextInt(6) : 100;
      ToyDraft draft = random(trial, vocabulary);
      Grown grown = draft.grow(policy, depthLimit, END_TOKENS);
      assertSame(grown, NaiveTrees.talon(policy, draft, depthLimit, Set.of(2, 5)), "trial " + trial + ": " + policy);
      assertInvariants(grown.tree(), policy);
      assertThat(grown.forwards() - grown.tree().maxDepth())
          .as("Should run a forward per layer, and one more at most to find that nothing can follow")
          .isBetween(0, 1);
      if (budget > width) {
        assertThat(grown.tree().maxDepth()).as("Should grow N - K layers at most, when the first is full")
            .isLessThanOrEqualTo(Math.max(1, budget - Math.min(width, grown.tree().width(1))));
      }
    }
  }

  @Test
  void staticTreesAreAlgorithmOne() {
    Random random = new Random(2);
    for (int trial = 0; trial < TRIALS; trial++) {
      int vocabulary = 1 + random.nextInt(14);
      int width = 1 + random.nextInt(7);
      int budget = trial % 4 == 0 ? width + random.nextInt(2) : BUDGETS[random.nextInt(BUDGETS.length)];
      StaticTreePolicy policy = new StaticTreePolicy(budget, width, 1 + random.nextInt(9));
      int depthLimit = random.nextInt(3) == 0 ? random.nextInt(6) : 100;
      ToyDraft draft = random(trial, vocabulary);
      Grown grown = draft.grow(policy, depthLimit, END_TOKENS);
      assertSame(grown, NaiveTrees.fixed(policy, draft, depthLimit, Set.of(2, 5)), "trial " + trial + ": " + policy);
      assertInvariants(grown.tree(), policy);
    }
  }

  @Test
  void optTreesAreThoseOfThePaperOrOfItsCode() {
    Random random = new Random(3);
    for (int trial = 0; trial < TRIALS; trial++) {
      int vocabulary = 1 + random.nextInt(14);
      int budget = 1 + random.nextInt(20);
      OptTreePolicy policy = new OptTreePolicy(
          budget, THRESHOLDS[random.nextInt(THRESHOLDS.length)], 2 + random.nextInt(9), VARIANTS[trial % VARIANTS.length]);
      int depthLimit = random.nextInt(3) == 0 ? random.nextInt(6) : 100;
      ToyDraft draft = random(trial, vocabulary);
      Grown grown = draft.grow(policy, depthLimit, END_TOKENS);
      assertSame(grown, NaiveTrees.opt(policy, draft, depthLimit, Set.of(2, 5)), "trial " + trial + ": " + policy);
      assertInvariants(grown.tree(), policy);
    }
  }

  @Test
  void layersOfGivenWidthsHoldTheBest() {
    Random random = new Random(4);
    for (int trial = 0; trial < TRIALS; trial++) {
      int budget = BUDGETS[random.nextInt(BUDGETS.length)];
      int width = 1 + random.nextInt(6);
      int depthLimit = random.nextInt(3) == 0 ? random.nextInt(6) : 100;
      ToyDraft draft = random(trial, 1 + random.nextInt(14));
      BeamPolicy beam = new BeamPolicy(budget, width);
      Grown grown = draft.grow(beam, depthLimit, END_TOKENS);
      assertSame(grown, NaiveTrees.widths(budget, List.of(width), width, draft, depthLimit, Set.of(2, 5)), beam.toString());
      assertInvariants(grown.tree(), beam);
      List<Integer> factors = random.ints(1 + random.nextInt(4), 1, 5).boxed().toList();
      BranchingPolicy branching = new BranchingPolicy(budget, factors);
      grown = draft.grow(branching, depthLimit, END_TOKENS);
      assertSame(grown, NaiveTrees.widths(budget, factors, budget, draft, depthLimit, Set.of(2, 5)), branching.toString());
      assertInvariants(grown.tree(), branching);
    }
  }

  @Test
  void aGrowthForgetsTheTreeBefore() {
    for (TreePolicy policy : SamplePolicies.allAnd(TalonPolicy.PAPER)) {
      TreeGrowth growth = policy.growth(END_TOKENS);
      DraftTree tree = new DraftTree(policy.maxTreeRows());
      for (int trial = 0; trial < 50; trial++) {
        ToyDraft draft = random(trial, 12);
        int forwards = draft.grow(growth, tree, 1 + trial % 9);
        Grown fresh = draft.grow(policy, 1 + trial % 9, END_TOKENS);
        assertThat(new Grown(tree, forwards).nodes()).as("%s, tree %s", policy, trial).isEqualTo(fresh.nodes());
        assertThat(forwards).isEqualTo(fresh.forwards());
      }
    }
  }

  private static void assertSame(Grown grown, Tree expected, String description) {
    DraftTree tree = grown.tree();
    assertThat(tree.size()).as(description).isEqualTo(expected.nodes().size());
    for (int i = 1; i < tree.size(); i++) {
      Node node = expected.nodes().get(i);
      assertThat(new Node(tree.parent(i), tree.token(i), tree.logProb(i), tree.rank(i), node.path()))
          .as("%s, node %s", description, i)
          .isEqualTo(node);
    }
    assertThat(grown.forwards()).as(description).isEqualTo(expected.layers());
  }

  private static void assertInvariants(DraftTree tree, TreePolicy policy) {
    assertThat(tree.size()).as("Should keep to the budget").isLessThanOrEqualTo(policy.maxTreeRows());
    for (int i = 1; i < tree.size(); i++) {
      int parent = tree.parent(i);
      assertThat(parent).as("Should list parents first").isBetween(0, i - 1);
      assertThat(tree.depth(i)).isEqualTo(tree.depth(parent) + 1);
      assertThat(tree.logProb(i)).isLessThanOrEqualTo(tree.logProb(parent));
      assertThat(tree.child(parent, tree.token(i))).as("Should have distinct siblings").isEqualTo(i);
      assertThat(tree.token(parent)).as("Should not expand an end of sequence").isNotIn(2, 5);
    }
  }
}
