package io.talon.draft.policy;

import io.talon.engine.Candidates;
import io.talon.tree.DraftTree;

/** What all policies share: layers to go, the parents of the next one, and its candidates in order. */
abstract class LayeredGrowth implements TreeGrowth {
  final ParentRows parents;
  final RankedLayer layer;
  private final int maxLayers;
  private int grownLayers;
  private int layerLimit;
  private DraftTree tree;

  /** @param maxLayers layers that the policy grows at most, whatever the sequence allows */
  LayeredGrowth(int maxLayers, ParentRows parents, RankedLayer layer) {
    this.maxLayers = maxLayers;
    this.parents = parents;
    this.layer = layer;
  }

  /** Children wanted per parent of the next layer, when there is to be one. */
  abstract int childrenWanted();

  /** Log-probability of the path to a parent. */
  abstract float score(int node);

  /** Chooses from the candidates in {@code layer}, and says who the next parents are. */
  abstract void grow();

  /** Makes nodes of the candidates that were taken, whose parents are nodes too, and the next parents of these. */
  final void plantTaken() {
    int firstNode = tree.size();
    for (int row = 0; row < layer.rows(); row++) {
      for (int rank = 0; rank < layer.taken(row); rank++) {
        tree.add(parents.node(row), layer.token(row, rank), layer.score(row, rank), rank);
      }
    }
    parents.clear();
    for (int node = firstNode; node < tree.size(); node++) {
      parents.add(node, tree.parent(node), tree.token(node));
    }
  }

  /** The tree under growth. */
  final DraftTree tree() {
    return tree;
  }

  final int grownLayers() {
    return grownLayers;
  }

  final boolean complete() {
    return grownLayers == layerLimit || parents.size() == 0;
  }

  @Override
  public void begin(DraftTree tree, int rootToken, int depthLimit) {
    this.tree = tree;
    tree.reset(rootToken);
    parents.plant(rootToken);
    grownLayers = 0;
    layerLimit = Math.min(maxLayers, depthLimit);
  }

  @Override
  public final int width() {
    return complete() ? 0 : childrenWanted();
  }

  @Override
  public final int frontierSize() {
    return parents.size();
  }

  @Override
  public final int frontierToken(int index) {
    return parents.token(index);
  }

  @Override
  public final int frontierParentRow(int index) {
    return parents.parentRow(index);
  }

  @Override
  public final void accept(Candidates candidates, int firstRow) {
    assert width() > 0 : "the tree is complete";
    layer.clear(width());
    for (int i = 0; i < parents.size(); i++) {
      layer.addRow(candidates, firstRow + i, score(parents.node(i)));
    }
    grownLayers++;
    grow();
  }
}
