package io.talon.draft.lookup;

import io.talon.draft.DraftRound;
import io.talon.draft.Drafter;
import io.talon.draft.policy.TreeGrowth;
import io.talon.draft.policy.TreePolicy;

/**
 * Drafts what followed where a text ended as the sequence does now, as in prompt lookup decoding, REST (arXiv 2311.08252) and
 * suffix decoding (arXiv 2411.04975); takes no forward.
 *
 * <p>The matches of all lookups are one set of places, so their continuations are merged by prefix; the policy grows its tree on
 * the frequencies of the continuations ({@link Continuations}) as it does on the probabilities of a head.
 */
final class LookupDrafter implements Drafter {
  private final Lookup[] lookups;
  private final Matches matches;
  private final Continuations continuations;
  private final TreeGrowth growth; // trees grow one after the other

  LookupDrafter(TreePolicy policy, int[] endTokens, Lookup... lookups) {
    this.lookups = lookups;
    matches = new Matches(lookups.length);
    continuations = new Continuations(matches, policy.maxDraftRows());
    growth = policy.growth(endTokens);
  }

  @Override
  public void draft(DraftRound round) {
    for (int i = 0; i < round.size(); i++) {
      growth.begin(round.tree(i), round.root(i), round.depthLimit(i));
      int width = growth.width();
      if (width > 0) {
        find(round, i);
        while (width > 0) {
          growth.accept(continuations.expand(growth, width), 0);
          width = growth.width();
        }
      }
    }
  }

  private void find(DraftRound round, int index) {
    matches.clear();
    for (Lookup lookup : lookups) {
      lookup.find(round.slot(index), round.history(index), round.length(index), matches);
    }
    continuations.begin();
  }

  @Override
  public void release(int slot) {
    for (Lookup lookup : lookups) {
      lookup.release(slot);
    }
  }
}
