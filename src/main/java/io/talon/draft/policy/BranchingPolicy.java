package io.talon.draft.policy;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.util.List;

/**
 * A given number of children for every node of a layer: RSD-C of recursive speculative decoding (arXiv 2402.14160).
 *
 * <p>The paper draws the children of a node without replacement by Gumbel-top-k: they are the best under the draft's scores plus
 * noise, which are the scores that the coupling gives. Departures: the noise is the target's own instead of one that is thrown
 * away, so the walk takes the place of recursive rejection; the last factor holds for all layers to come, and layers grow until
 * the budget is spent, on the best of the last layer.
 *
 * @param budget rows of the tree with its root
 * @param factors children of every node of layer 0, 1, ...
 */
public record BranchingPolicy(int budget, List<Integer> factors) implements TreePolicy {
  public BranchingPolicy {
    check(budget >= 1, ErrorCode.BAD_OPTION, "budget must be 1 or more, the root counts: %s", budget);
    check(
        !factors.isEmpty() && factors.stream().allMatch(factor -> factor >= 1),
        ErrorCode.BAD_OPTION,
        "branching must name factors of 1 or more: %s",
        factors);
    factors = List.copyOf(factors);
  }

  @Override
  public String label() {
    return "rsd-c";
  }

  @Override
  public int maxTreeRows() {
    return budget;
  }

  @Override
  public int maxDraftRows() {
    return budget - 1; // the root and every node but one: the last layer is never expanded
  }

  @Override
  public TreeGrowth growth(int[] endTokens) {
    return new WidthGrowth(budget, factors.stream().mapToInt(Integer::intValue).toArray(), budget, endTokens);
  }
}
