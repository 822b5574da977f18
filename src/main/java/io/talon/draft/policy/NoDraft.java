package io.talon.draft.policy;

/** Plain auto-regressive decoding: the tree is its root. */
public record NoDraft() implements TreePolicy {
  @Override
  public String label() {
    return "ar";
  }

  @Override
  public int maxTreeRows() {
    return 1;
  }

  @Override
  public int maxDraftRows() {
    return 0;
  }

  @Override
  public TreeGrowth growth(int[] endTokens) {
    return new StaticGrowth(1, 1, 0, endTokens);
  }
}
