package io.talon.draft;

/** Lets two drafters grow a tree each, and fuses them under the budget of one ({@link TreeFusion}). */
final class MergedDrafter implements Drafter {
  private final Drafter guide;
  private final Drafter free;
  private final DraftRound guided;
  private final DraftRound found;
  private final TreeFusion fusion;

  MergedDrafter(Drafter guide, Drafter free, int slots, TreePolicy policy) {
    this.guide = guide;
    this.free = free;
    guided = new DraftRound(slots, policy.maxTreeRows());
    found = new DraftRound(slots, policy.maxTreeRows());
    fusion = new TreeFusion(policy.maxTreeRows());
  }

  @Override
  public void draft(DraftRound round) {
    draft(round, guide, guided);
    draft(round, free, found);
    for (int i = 0; i < round.size(); i++) {
      fusion.fuse(guided.tree(i), found.tree(i), round.tree(i));
      for (int forward = 0; forward < guided.forwards(i) + found.forwards(i); forward++) {
        round.countForward(i);
      }
    }
  }

  private static void draft(DraftRound round, Drafter drafter, DraftRound own) {
    own.clear();
    for (int i = 0; i < round.size(); i++) {
      own.add(round.slot(i), round.history(i), round.length(i), round.depthLimit(i));
    }
    drafter.draft(own);
  }

  @Override
  public boolean usesHead() {
    return guide.usesHead() || free.usesHead();
  }

  @Override
  public void release(int slot) {
    guide.release(slot);
    free.release(slot);
  }
}
