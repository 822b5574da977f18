package io.talon.draft.policy;

import io.talon.tree.DraftTree;
import java.util.Arrays;

/** Grows a pool of candidates layer by layer, and makes the best of it a tree when the last layer is there. */
final class StaticGrowth extends LayeredGrowth {
  private final int budget;
  private final int width;

  // The pool: every candidate in the order it was proposed, so layer after layer; 0 is the root.
  private final int[] tokens; // [pool]
  private final int[] parentsInPool; // [pool]
  private final int[] depths; // [pool]
  private final int[] ranks; // [pool]
  private final float[] scores; // [pool]
  private final int[] firstOfRow; // [width], where the candidates of a parent begin
  private final int[] treeNodes; // [pool]
  private final long[] order; // [pool], sort keys
  private int pooled;

  StaticGrowth(int budget, int width, int layers, int[] endTokens) {
    this(budget, width, layers, 1 + width + Math.max(layers - 1, 0) * width * width, endTokens);
  }

  private StaticGrowth(int budget, int width, int layers, int pool, int[] endTokens) {
    super(layers, new ParentRows(pool, width, endTokens), new RankedLayer(width, width * width));
    this.budget = budget;
    this.width = width;
    tokens = new int[pool];
    parentsInPool = new int[pool];
    depths = new int[pool];
    ranks = new int[pool];
    scores = new float[pool];
    firstOfRow = new int[width];
    treeNodes = new int[pool];
    order = new long[pool];
  }

  @Override
  public void begin(DraftTree tree, int rootToken, int depthLimit) {
    super.begin(tree, rootToken, depthLimit);
    pooled = 1; // the root: score 0, tree node 0
  }

  @Override
  int childrenWanted() {
    return width;
  }

  @Override
  float score(int node) {
    return scores[node];
  }

  @Override
  void grow() {
    poolLayer();
    chooseParents();
    if (complete()) {
      build();
    }
  }

  private void poolLayer() {
    for (int row = 0; row < layer.rows(); row++) {
      firstOfRow[row] = pooled;
      for (int rank = 0; rank < layer.count(row); rank++) {
        tokens[pooled] = layer.token(row, rank);
        parentsInPool[pooled] = parents.node(row);
        depths[pooled] = grownLayers();
        ranks[pooled] = rank;
        scores[pooled] = layer.score(row, rank);
        pooled++;
      }
    }
  }

  private void chooseParents() {
    parents.clear();
    for (int i = 0; i < width; i++) {
      int row = layer.next(Float.NEGATIVE_INFINITY);
      if (row < 0) {
        return;
      }
      int candidate = firstOfRow[row] + layer.taken(row) - 1;
      parents.add(candidate, parentsInPool[candidate], tokens[candidate]);
    }
  }

  /** A path is never more probable than its prefix and is proposed later, so the best are closed under ancestors. */
  private void build() {
    for (int i = 1; i < pooled; i++) {
      order[i] = SortKey.of(scores[i], i);
    }
    Arrays.sort(order, 1, pooled);
    int chosen = Math.min(budget, pooled);
    for (int depth = 1; depth <= grownLayers(); depth++) {
      for (int i = 1; i < chosen; i++) {
        int candidate = SortKey.index(order[i]);
        if (depths[candidate] == depth) {
          treeNodes[candidate] =
              tree().add(treeNodes[parentsInPool[candidate]], tokens[candidate], scores[candidate], ranks[candidate]);
        }
      }
    }
  }
}
