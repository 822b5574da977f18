package io.talon.draft;

import io.talon.draft.policy.SortKey;
import io.talon.tree.DraftTree;
import java.util.Arrays;

/**
 * Fuses a model's tree and a tree that was looked up by prefix, and keeps the best nodes of both: RASD (arXiv 2503.03434).
 *
 * <p>The model judges what was found: the first token of a found path takes the model's probability, that of its least probable
 * first token where the model did not propose it, and what follows keeps its probability given the first. A node of both trees
 * takes the larger probability. A path is then never more probable than its prefix, so the best nodes are closed.
 */
final class TreeFusion {
  private final int budget;

  // The pool: the model's nodes, then those that were only found; 0 is the root.
  private final int[] tokens; // [2 * budget]
  private final int[] parents; // [2 * budget]
  private final int[] depths; // [2 * budget]
  private final int[] ranks; // [2 * budget]
  private final int[] children; // [2 * budget], how many a node has in the pool
  private final float[] scores; // [2 * budget]
  private final int[] treeNodes; // [2 * budget]
  private final long[] order; // [2 * budget], sort keys
  private final int[] poolNodes; // [budget], of the nodes found
  private final float[] shifts; // [budget], what the model adds to the score of a node found
  private int pooled;

  /** @param budget rows of each of the trees at most, the root included */
  TreeFusion(int budget) {
    this.budget = budget;
    tokens = new int[2 * budget];
    parents = new int[2 * budget];
    depths = new int[2 * budget];
    ranks = new int[2 * budget];
    children = new int[2 * budget];
    scores = new float[2 * budget];
    treeNodes = new int[2 * budget];
    order = new long[2 * budget];
    poolNodes = new int[budget];
    shifts = new float[budget];
  }

  /** Writes the fusion of two trees with the same root into a third. */
  void fuse(DraftTree model, DraftTree found, DraftTree target) {
    pooled = 0;
    for (int node = 0; node < model.size(); node++) {
      add(model.parent(node), model.token(node), model.depth(node), model.rank(node), model.logProb(node));
    }
    float least = leastFirst(model);
    for (int node = 1; node < found.size(); node++) {
      merge(model, found, node, least);
    }
    target.reset(model.token(0));
    build(target);
  }

  private void merge(DraftTree model, DraftTree found, int node, float least) {
    int parent = poolNodes[found.parent(node)];
    int same = parent < model.size() ? model.child(parent, found.token(node)) : -1;
    if (found.depth(node) == 1) {
      shifts[node] = model.size() == 1 ? 0f : (same < 0 ? least : model.logProb(same)) - found.logProb(node);
    } else {
      shifts[node] = shifts[found.parent(node)];
    }
    float score = Math.min(found.logProb(node) + shifts[node], scores[parent]); // rounding must not lift it above its prefix
    if (same >= 0) {
      poolNodes[node] = same;
      scores[same] = Math.max(scores[same], score);
    } else {
      poolNodes[node] = add(parent, found.token(node), found.depth(node), children[parent], score);
    }
  }

  private int add(int parent, int token, int depth, int rank, float score) {
    tokens[pooled] = token;
    parents[pooled] = parent;
    depths[pooled] = depth;
    ranks[pooled] = rank;
    children[pooled] = 0;
    scores[pooled] = score;
    if (parent >= 0) {
      children[parent]++;
    }
    return pooled++;
  }

  private static float leastFirst(DraftTree model) {
    float least = 0f;
    for (int node = 1; node < model.size() && model.depth(node) == 1; node++) {
      least = Math.min(least, model.logProb(node));
    }
    return least;
  }

  private void build(DraftTree target) {
    for (int i = 1; i < pooled; i++) {
      order[i] = SortKey.of(scores[i], i);
    }
    Arrays.sort(order, 1, pooled);
    int chosen = Math.min(budget, pooled);
    int remaining = chosen - 1;
    for (int depth = 1; remaining > 0; depth++) {
      for (int i = 1; i < chosen; i++) {
        int node = SortKey.index(order[i]);
        if (depths[node] == depth) {
          treeNodes[node] = target.add(treeNodes[parents[node]], tokens[node], scores[node], ranks[node]);
          remaining--;
        }
      }
    }
  }
}
