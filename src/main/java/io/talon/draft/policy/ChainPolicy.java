package io.talon.draft.policy;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;

/**
 * The most probable continuation alone, as in speculative decoding without trees (arXiv 2211.17192), for as long as it is
 * probable enough to be accepted as a whole.
 *
 * <p>The stop rule is that of SpecDec++ (arXiv 2405.19715) with the draft's own probability in place of a trained predictor:
 * the token with which the probability of the whole chain falls below the floor is the last.
 *
 * @param length drafted tokens at most
 * @param floor least probability of a chain that is drafted further, 0 for none
 */
public record ChainPolicy(int length, double floor) implements TreePolicy {
  public ChainPolicy {
    check(length >= 1, ErrorCode.BAD_OPTION, "chain length must be 1 or more: %s", length);
    check(floor >= 0 && floor <= 1, ErrorCode.BAD_OPTION, "chain-floor must be in [0, 1]: %s", floor);
  }

  /** A chain that always has its full length. */
  public ChainPolicy(int length) {
    this(length, 0);
  }

  @Override
  public String label() {
    return "chain";
  }

  @Override
  public int maxTreeRows() {
    return length + 1;
  }

  @Override
  public int maxDraftRows() {
    return length;
  }

  @Override
  public TreeGrowth growth(int[] endTokens) {
    return new Growth(this, endTokens);
  }

  private static final class Growth extends LayeredGrowth {
    private final float logFloor;

    Growth(ChainPolicy policy, int[] endTokens) {
      super(policy.length, new ParentRows(policy.length + 1, 1, endTokens), new RankedLayer(1, 1));
      logFloor = (float) Math.log(policy.floor);
    }

    @Override
    int childrenWanted() {
      return 1;
    }

    @Override
    float score(int node) {
      return tree().logProb(node);
    }

    @Override
    void grow() {
      int parent = parents.node(0);
      parents.clear();
      if (layer.count(0) > 0) {
        int node = tree().add(parent, layer.token(0, 0), layer.score(0, 0), 0);
        if (tree().logProb(node) >= logFloor) {
          parents.add(node, parent, tree().token(node));
        }
      }
    }
  }
}
