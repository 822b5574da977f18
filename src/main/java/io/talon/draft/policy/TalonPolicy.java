package io.talon.draft.policy;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;

/**
 * Confidence-aware adaptive trees: TALON (arXiv 2601.07353), Algorithm 2.
 *
 * <p>The first layer takes the K most probable children of the root. Every later layer takes all children of the newest layer
 * whose path probability reaches mu times that of the best one, so a sure draft grows a deep chain and an unsure one a wide
 * layer, until the tree has N rows. The paper's ablation of the first layer is {@code ungatedLayers}: so many layers take the K
 * most probable of all their candidates instead of what passes the gate. Departures: growth also stops at {@code maxDepth}, at
 * the depth the sequence allows, and below end-of-sequence tokens; ties are broken by parent, then by token id.
 *
 * @param budget N, rows of the tree with its root
 * @param width K, nodes of an ungated layer
 * @param mu confidence threshold, relative to the best path of a layer
 * @param maxDepth layers at most; the budget itself sets no limit of its own
 * @param ungatedLayers layers from the root on that take the best K; 1 in Algorithm 2, 0 to gate the root's children too
 */
public record TalonPolicy(int budget, int width, double mu, int maxDepth, int ungatedLayers) implements TreePolicy {
  /** The settings of the paper. */
  public static final TalonPolicy PAPER = new TalonPolicy(60, 10, 0.03);

  public TalonPolicy {
    check(budget >= 1, ErrorCode.BAD_OPTION, "budget must be 1 or more, the root counts: %s", budget);
    check(width >= 1, ErrorCode.BAD_OPTION, "width must be 1 or more: %s", width);
    check(mu > 0 && mu <= 1, ErrorCode.BAD_OPTION, "mu must be in (0, 1]: %s", mu);
    check(maxDepth >= 1, ErrorCode.BAD_OPTION, "max depth must be 1 or more: %s", maxDepth);
    check(
        ungatedLayers >= 0, ErrorCode.BAD_OPTION, "ungated-layers must be 0 (the gate from the root on) or more: %s",
        ungatedLayers);
  }

  /** The algorithm as printed, but for a depth limit. */
  public TalonPolicy(int budget, int width, double mu, int maxDepth) {
    this(budget, width, mu, maxDepth, 1);
  }

  /** The algorithm as printed, without a depth limit of its own. */
  public TalonPolicy(int budget, int width, double mu) {
    this(budget, width, mu, Math.max(budget, 1));
  }

  @Override
  public String label() {
    return "talon";
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
    return new Growth(this, endTokens);
  }

  private static final class Growth extends LayeredGrowth {
    private final int budget;
    private final int ungatedWidth;
    private final int ungatedLayers;
    private final float logMu;

    Growth(TalonPolicy policy, int[] endTokens) {
      super(
          policy.maxDepth,
          new ParentRows(policy.budget, policy.budget, endTokens),
          RankedLayer.forBudget(policy.budget));
      budget = policy.budget;
      ungatedWidth = policy.width;
      ungatedLayers = policy.ungatedLayers;
      logMu = (float) Math.log(policy.mu);
    }

    // No more than the room left can survive, so the best that many of every parent stand for its whole vocabulary.
    @Override
    int childrenWanted() {
      int room = budget - tree().size();
      return grownLayers() < ungatedLayers ? Math.min(ungatedWidth, room) : room;
    }

    @Override
    float score(int node) {
      return tree().logProb(node);
    }

    @Override
    void grow() {
      int room = budget - tree().size();
      if (grownLayers() <= ungatedLayers) { // this layer counts already
        layer.take(Math.min(ungatedWidth, room), Float.NEGATIVE_INFINITY);
      } else {
        layer.take(room, layer.best() + logMu);
      }
      plantTaken();
    }
  }
}
