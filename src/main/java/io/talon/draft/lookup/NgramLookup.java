package io.talon.draft.lookup;

/**
 * Looks a sequence up in itself, prompt and output: the newest places of its longest n-gram that occurred before.
 *
 * <p>One index per slot and length, kept up by what is new; memory is bounded by the longest sequence that the slot has held.
 */
final class NgramLookup implements Lookup {
  /** Chain links that are followed at most, so that a frequent n-gram costs no more than a rare one. */
  private static final int MAX_STEPS = 4 * Matches.PER_LOOKUP;

  private final int shortest;
  private final NgramChains[][] chains; // [slots][longest - shortest + 1], by n

  NgramLookup(int slots, int shortest, int longest) {
    this.shortest = shortest;
    chains = new NgramChains[slots][longest - shortest + 1];
    for (NgramChains[] slot : chains) {
      for (int n = shortest; n <= longest; n++) {
        slot[n - shortest] = new NgramChains(n);
      }
    }
  }

  @Override
  public void find(int slot, int[] history, int length, Matches matches) {
    boolean found = false;
    for (int i = chains[slot].length - 1; i >= 0 && !found; i--) {
      found = length > shortest + i && find(chains[slot][i], shortest + i, history, length, matches);
    }
  }

  private static boolean find(NgramChains chain, int n, int[] history, int length, Matches matches) {
    chain.extend(history, length);
    int found = 0;
    int place = chain.newest(history, length);
    for (int step = 0; place > 0 && step < MAX_STEPS && found < Matches.PER_LOOKUP; step++) {
      int agreed = agreed(history, place, length);
      if (agreed >= n) { // else the n-gram of another one with the same hash
        matches.addPeriodic(history, place, length - place, agreed);
        found++;
      }
      place = chain.older(place);
    }
    return found > 0;
  }

  /** Tokens before the place that are those before the end. */
  private static int agreed(int[] history, int place, int length) {
    int limit = Math.min(place, Matches.LONGEST);
    int agreed = 0;
    while (agreed < limit && history[place - 1 - agreed] == history[length - 1 - agreed]) {
      agreed++;
    }
    return agreed;
  }

  @Override
  public void release(int slot) {
    for (NgramChains chain : chains[slot]) {
      chain.clear();
    }
  }
}
