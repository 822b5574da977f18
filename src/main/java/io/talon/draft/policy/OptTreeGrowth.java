package io.talon.draft.policy;

import io.talon.draft.policy.OptTreePolicy.Variant;
import io.talon.tree.DraftTree;

/** Records the n best candidates of every layer, and keeps the n best of all layers at hand while it goes. */
final class OptTreeGrowth extends LayeredGrowth {
  private final int nodes; // n, the root not counted
  private final int maxDepth;
  private final double threshold;
  private final int lag; // newest layers that do not count

  // What was recorded, layer after layer and best first in each; 0 is the root.
  private final int[] tokens; // [1 + n * maxDepth]
  private final int[] recordedParents; // [1 + n * maxDepth]
  private final int[] depths; // [1 + n * maxDepth]
  private final int[] ranks; // [1 + n * maxDepth]
  private final float[] scores; // [1 + n * maxDepth]
  private final int[] treeNodes; // [1 + n * maxDepth]
  private final int[] firstOfLayer; // [maxDepth + 2], where layer d >= 1 begins
  private long[] best; // [n], sort keys, ascending, of the layers that count
  private long[] merged; // [n], scratch
  private int bestCount;
  private int countedLayers;
  private double expected; // E of the layers that count

  OptTreeGrowth(OptTreePolicy policy, int[] endTokens) {
    this(policy, policy.budget() - 1, 1 + (policy.budget() - 1) * policy.maxDepth(), endTokens);
  }

  private OptTreeGrowth(OptTreePolicy policy, int nodes, int pool, int[] endTokens) {
    super(
        nodes == 0 ? 0 : policy.maxDepth(),
        new ParentRows(pool, Math.max(nodes, 1), endTokens),
        new RankedLayer(Math.max(nodes, 1), Math.max(nodes * nodes, 1)));
    this.nodes = nodes;
    maxDepth = policy.maxDepth();
    threshold = policy.threshold();
    lag = policy.variant() == Variant.REPOSITORY ? 1 : 0;
    tokens = new int[pool];
    recordedParents = new int[pool];
    depths = new int[pool];
    ranks = new int[pool];
    scores = new float[pool];
    treeNodes = new int[pool];
    firstOfLayer = new int[maxDepth + 2];
    best = new long[nodes];
    merged = new long[nodes];
  }

  @Override
  public void begin(DraftTree tree, int rootToken, int depthLimit) {
    super.begin(tree, rootToken, depthLimit);
    firstOfLayer[1] = 1;
    bestCount = 0;
    countedLayers = 0;
    expected = 0;
  }

  @Override
  int childrenWanted() {
    return nodes;
  }

  @Override
  float score(int node) {
    return scores[node];
  }

  @Override
  void grow() {
    record();
    boolean enough = grownLayers() > lag && gain() <= threshold;
    if (complete() && grownLayers() < maxDepth && countedLayers < grownLayers()) {
      gain(); // the sequence ends here, not the policy: nothing is left to be ahead of
    }
    if (enough || complete()) {
      parents.clear();
      build();
    }
  }

  /** Records the n best candidates of the layer, which are the next parents. */
  private void record() {
    int depth = grownLayers();
    int next = firstOfLayer[depth];
    int end = next + nodes;
    int row = layer.next(Float.NEGATIVE_INFINITY);
    while (row >= 0) {
      int rank = layer.taken(row) - 1;
      tokens[next] = layer.token(row, rank);
      recordedParents[next] = parents.node(row);
      depths[next] = depth;
      ranks[next] = rank;
      scores[next] = layer.score(row, rank);
      next++;
      row = next < end ? layer.next(Float.NEGATIVE_INFINITY) : -1;
    }
    firstOfLayer[depth + 1] = next;
    parents.clear();
    for (int node = firstOfLayer[depth]; node < next; node++) {
      parents.add(node, recordedParents[node], tokens[node]);
    }
  }

  /** Lets one more layer count; what it adds to E. */
  private double gain() {
    countedLayers++;
    int node = firstOfLayer[countedLayers];
    int end = firstOfLayer[countedLayers + 1];
    int old = 0;
    int count = 0;
    double sum = 0;
    while (count < nodes && (old < bestCount || node < end)) {
      // Every key of an earlier layer has the smaller index, so it goes before an equal one.
      long added = node < end ? SortKey.of(scores[node], node) : Long.MAX_VALUE;
      if (old < bestCount && best[old] < added) {
        merged[count] = best[old++];
      } else {
        merged[count] = added;
        node++;
      }
      sum += Math.exp(scores[SortKey.index(merged[count])]);
      count++;
    }
    long[] spare = best;
    best = merged;
    merged = spare;
    bestCount = count;
    double gain = sum - expected;
    expected = sum;
    return gain;
  }

  /** A path is never more probable than its prefix and is recorded later, so the best are closed under ancestors. */
  private void build() {
    for (int depth = 1; depth <= countedLayers; depth++) {
      for (int i = 0; i < bestCount; i++) {
        int node = SortKey.index(best[i]);
        if (depths[node] == depth) {
          treeNodes[node] = tree().add(treeNodes[recordedParents[node]], tokens[node], scores[node], ranks[node]);
        }
      }
    }
  }
}
