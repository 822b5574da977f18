package io.talon.draft.policy;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;

/**
 * Trees that grow as long as a layer pays, and hold the most probable nodes of all layers: OPT-Tree (arXiv 2406.17276).
 *
 * <p>With n = budget - 1 (the paper does not count the root): the n best candidates of every layer are recorded and expanded,
 * each for n children. E is the sum of the n largest path probabilities so far, which is what a calibrated draft expects to be
 * accepted; growth ends with the first layer that adds no more than the threshold to it, and the n best nodes become the tree.
 * Departures: growth also ends at the depth that the sequence allows and below end-of-sequence tokens, and then no forward is
 * wasted whichever the variant; ties go to the node that was recorded first, which keeps the tree closed.
 *
 * @param budget rows of the tree with its root, n + 1
 * @param threshold least gain in expected tokens that lets the next layer grow
 * @param maxDepth recorded layers at most, which is also the number of draft forwards
 * @param variant whether the newest layer counts
 */
public record OptTreePolicy(int budget, double threshold, int maxDepth, Variant variant) implements TreePolicy {
  /** Which layers the stop test and the final choice see. */
  public enum Variant {
    /** All of them: the algorithm as the paper describes it. */
    INTENDED,
    /** All but the newest: what the published code does. One forward per round is spent on a layer that never counts. */
    REPOSITORY
  }

  public OptTreePolicy {
    check(budget >= 1, ErrorCode.BAD_OPTION, "budget must be 1 or more, the root counts: %s", budget);
    check(threshold >= 0, ErrorCode.BAD_OPTION, "opt-tree-threshold must be 0 or more: %s", threshold);
    int leastDepth = variant == Variant.REPOSITORY ? 2 : 1;
    check(
        maxDepth >= leastDepth,
        ErrorCode.BAD_OPTION,
        "opt-tree's depth must be %s or more in the variant %s: %s",
        leastDepth,
        variant,
        maxDepth);
  }

  @Override
  public String label() {
    return "opt-tree";
  }

  @Override
  public int maxTreeRows() {
    return budget;
  }

  @Override
  public int maxDraftRows() {
    return budget == 1 ? 0 : 1 + (maxDepth - 1) * (budget - 1);
  }

  @Override
  public TreeGrowth growth(int[] endTokens) {
    return new OptTreeGrowth(this, endTokens);
  }
}
