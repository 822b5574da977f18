package io.talon.stats;

import java.util.Arrays;

/** Counters of a sequence while it lives; {@link #begin} and {@link #observe} are their only writers, {@link DecodeStats} what they end as. */
public final class LiveCounters {
  private final int[] roundsByAccepted; // [maxTreeRows], a path is shorter than the tree has rows
  private int rounds;
  private int draftForwards;
  private int draftTokens;
  private int acceptedDraftTokens;
  private int roundTokens;
  private float minMargin = Float.POSITIVE_INFINITY;
  private long draftNanos;
  private long verifyNanos;
  private long hostNanos;
  private long decodeNanos;

  public LiveCounters(int maxTreeRows) {
    roundsByAccepted = new int[maxTreeRows];
  }

  /** Counts the token that prefill chose. */
  public void begin(float margin) {
    minMargin = margin;
  }

  /**
   * Counts one round.
   *
   * @param treeRows rows of the verified tree, the root included
   * @param forwards draft forwards that the sequence took part in
   * @param accepted accepted draft tokens that were kept
   * @param tokens tokens that were kept, a bonus token included
   * @param margin the smallest margin of these tokens
   */
  public void observe(int treeRows, int forwards, int accepted, int tokens, float margin, RoundTimes times) {
    rounds++;
    draftForwards += forwards;
    draftTokens += treeRows - 1;
    acceptedDraftTokens += accepted;
    roundTokens += tokens;
    roundsByAccepted[accepted]++;
    minMargin = Math.min(minMargin, margin);
    draftNanos += times.draftNanos();
    verifyNanos += times.verifyNanos();
    hostNanos += times.hostNanos();
    decodeNanos += times.roundNanos();
  }

  public int rounds() {
    return rounds;
  }

  /** The counters as they are now. */
  public DecodeStats summary(long prefillNanos) {
    int length = roundsByAccepted.length;
    while (length > 0 && roundsByAccepted[length - 1] == 0) {
      length--;
    }
    return new DecodeStats(
        rounds,
        draftForwards,
        draftTokens,
        acceptedDraftTokens,
        roundTokens,
        minMargin,
        Arrays.copyOf(roundsByAccepted, length),
        prefillNanos,
        draftNanos,
        verifyNanos,
        hostNanos,
        decodeNanos);
  }
}
