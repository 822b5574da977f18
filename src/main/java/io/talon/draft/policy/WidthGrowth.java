package io.talon.draft.policy;

/** Grows layers of given widths, whatever the draft thinks of them, until the budget is spent. */
final class WidthGrowth extends LayeredGrowth {
  private final int budget;
  private final int[] children; // per node of layer 0, 1, ...; the last holds for all layers to come
  private final int layerWidth;

  /** @param layerWidth nodes that a layer takes at most */
  WidthGrowth(int budget, int[] children, int layerWidth, int[] endTokens) {
    super(budget, new ParentRows(budget, budget, endTokens), RankedLayer.forBudget(budget));
    this.budget = budget;
    this.children = children;
    this.layerWidth = layerWidth;
  }

  @Override
  int childrenWanted() {
    return Math.min(children[Math.min(grownLayers(), children.length - 1)], budget - tree().size());
  }

  @Override
  float score(int node) {
    return tree().logProb(node);
  }

  @Override
  void grow() {
    layer.take(Math.min(layerWidth, budget - tree().size()), Float.NEGATIVE_INFINITY);
    plantTaken();
  }
}
