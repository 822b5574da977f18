package io.talon.draft;

import io.talon.draft.policy.TreePolicy;
import io.talon.tree.DraftTree;

/**
 * Lets two drafters grow a tree each, and fuses them under the budget of one ({@link TreeFusion}).
 *
 * <p>The guide costs forwards, so it is not asked where what was found expects half of what a tree can have accepted, as SAM
 * decoding (arXiv 2411.10666) falls back to its model only where the match is short.
 */
public final class MergedDrafter implements Drafter {
  private static final double SURE = 0.5;

  private final Drafter guide;
  private final Drafter free;
  private final int largestDepth;
  private final DraftRound guided; // the sequences that the guide is asked about
  private final DraftRound found;
  private final DraftTree unguided = new DraftTree(1);
  private final TreeFusion fusion;

  /**
   * Makes drafters that grow two trees per sequence and fuse them into one.
   *
   * @param guide drafts with a model
   * @param free drafts without a forward
   */
  public static Drafter.Factory of(Drafter.Factory guide, Drafter.Factory free) {
    return (engine, policy, endTokens) -> new MergedDrafter(
        guide.create(engine, policy, endTokens), free.create(engine, policy, endTokens), engine.spec().slots(), policy);
  }

  MergedDrafter(Drafter guide, Drafter free, int slots, TreePolicy policy) {
    this.guide = guide;
    this.free = free;
    largestDepth = policy.maxTreeRows() - 1;
    guided = new DraftRound(slots, policy.maxTreeRows());
    found = new DraftRound(slots, policy.maxTreeRows());
    fusion = new TreeFusion(policy.maxTreeRows());
  }

  @Override
  public void draft(DraftRound round) {
    found.clear();
    for (int i = 0; i < round.size(); i++) {
      found.add(round.slot(i), round.history(i), round.length(i), round.depthLimit(i));
    }
    free.draft(found);
    guided.clear();
    for (int i = 0; i < round.size(); i++) {
      if (!sure(i)) {
        guided.add(round.slot(i), round.history(i), round.length(i), round.depthLimit(i));
      }
    }
    if (guided.size() > 0) {
      guide.draft(guided);
    }
    fuse(round);
  }

  private boolean sure(int index) {
    DraftTree tree = found.tree(index);
    double expected = 0;
    for (int node = 1; node < tree.size(); node++) {
      expected += Math.exp(tree.logProb(node));
    }
    return expected >= SURE * Math.min(largestDepth, found.depthLimit(index));
  }

  private void fuse(DraftRound round) {
    int next = 0;
    for (int i = 0; i < round.size(); i++) {
      round.countForwards(i, found.forwards(i));
      if (next < guided.size() && guided.slot(next) == round.slot(i)) {
        fusion.fuse(guided.tree(next), found.tree(i), round.tree(i));
        round.countForwards(i, guided.forwards(next));
        next++;
      } else {
        unguided.reset(round.root(i));
        fusion.fuse(unguided, found.tree(i), round.tree(i));
      }
    }
  }

  @Override
  public boolean usesEngine() {
    return guide.usesEngine() || free.usesEngine();
  }

  @Override
  public void release(int slot) {
    guide.release(slot);
    free.release(slot);
  }
}
