package io.talon.draft.lookup;

/** Looks sequences up in a fixed corpus: the longest end that occurs in it, at places spread evenly over all there are. */
final class CorpusLookup implements Lookup {
  /** Shorter matches say too little to be worth a row. */
  private static final int SHORTEST = 2;

  private final SuffixIndex corpus;

  CorpusLookup(SuffixIndex corpus) {
    this.corpus = corpus;
  }

  @Override
  public void find(int slot, int[] history, int length, Matches matches) {
    int matched = longestMatch(history, length);
    if (matched < SHORTEST) {
      return;
    }
    int first = corpus.firstNotBelow(history, length - matched, length);
    int count = corpus.firstAbove(history, length - matched, length) - first;
    int taken = Math.min(count, Matches.PER_LOOKUP);
    for (int i = 0; i < taken; i++) {
      // The places lie in the order of what follows, so an even spread keeps the shares of the continuations.
      int place = first + (int) ((2L * i + 1) * count / (2L * taken));
      matches.add(corpus.text(), corpus.suffix(place) + matched, matched);
    }
  }

  /** If the corpus has the last l tokens it has every shorter end of them, so the longest is found by bisection. */
  private int longestMatch(int[] history, int length) {
    int known = 0;
    int unknown = Math.min(length, Matches.LONGEST) + 1;
    while (unknown - known > 1) {
      int middle = (known + unknown) >>> 1;
      boolean occurs =
          corpus.firstNotBelow(history, length - middle, length) < corpus.firstAbove(history, length - middle, length);
      if (occurs) {
        known = middle;
      } else {
        unknown = middle;
      }
    }
    return known;
  }
}
