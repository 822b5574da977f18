package io.talon.draft.policy;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;

/**
 * The best paths of every length: RSD-S of recursive speculative decoding (arXiv 2402.14160), a stochastic beam search.
 *
 * <p>Every layer takes the W best extensions of the layer before. Under a coupling the scores hold the noise, so that the beam is
 * drawn, and drawn without replacement. Departures: a path's perturbed score is the sum of its tokens' coupled scores, since the
 * noise is the target's own, one variate per position and token; the paper draws it anew for every path, on condition that
 * children do not outdo their parent. The walk takes the place of recursive rejection, and layers grow until the budget is spent.
 *
 * @param budget rows of the tree with its root
 * @param width W, nodes of a layer
 */
public record BeamPolicy(int budget, int width) implements TreePolicy {
  public BeamPolicy {
    check(budget >= 1, ErrorCode.BAD_OPTION, "budget must be 1 or more, the root counts: %s", budget);
    check(width >= 1, ErrorCode.BAD_OPTION, "width must be 1 or more: %s", width);
  }

  @Override
  public String label() {
    return "rsd-s";
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
    return new WidthGrowth(budget, new int[] {width}, width, endTokens);
  }
}
