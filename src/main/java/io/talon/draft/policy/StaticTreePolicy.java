package io.talon.draft.policy;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;

/**
 * Trees of fixed width and depth, pruned to a budget: EAGLE-2 (arXiv 2406.16858), as TALON's Algorithm 1 restates it.
 *
 * <p>Every parent proposes its K most probable children; the K best of a layer are the next parents. When all layers are
 * grown, the N - 1 best candidates of all layers become the tree. Departures: growth stops at the depth that the sequence
 * allows and below end-of-sequence tokens; ties go to the candidate that was proposed first, which keeps the tree closed.
 *
 * @param budget N, rows of the tree with its root
 * @param width K, children per parent and parents per layer
 * @param layers drafted layers, which is also the number of draft forwards
 */
public record StaticTreePolicy(int budget, int width, int layers) implements TreePolicy {
  /** What the TALON paper compares with: its D = 8 counts from 0. */
  public static final StaticTreePolicy PAPER = new StaticTreePolicy(60, 10, 9);

  public StaticTreePolicy {
    check(budget >= 1, ErrorCode.BAD_OPTION, "budget must be 1 or more, the root counts: %s", budget);
    check(width >= 1, ErrorCode.BAD_OPTION, "width must be 1 or more: %s", width);
    check(layers >= 1, ErrorCode.BAD_OPTION, "layers must be 1 or more: %s", layers);
  }

  @Override
  public String label() {
    return "eagle3";
  }

  @Override
  public int maxTreeRows() {
    return budget;
  }

  @Override
  public int maxDraftRows() {
    return budget == 1 ? 0 : 1 + (layers - 1) * width;
  }

  @Override
  public TreeGrowth growth(int[] endTokens) {
    return new StaticGrowth(budget, width, budget == 1 ? 0 : layers, endTokens);
  }
}
