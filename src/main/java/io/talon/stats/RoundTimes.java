package io.talon.stats;

/**
 * Where the time of one round went; all sequences of the round share it. Reused from round to round.
 *
 * <p>Native time is the time inside calls of the engine, so host time is everything else between the start and the end of a
 * round: growing trees, filling frontiers, walks, stop tests and bookkeeping.
 */
public final class RoundTimes {
  private long draftNanos;
  private long verifyNanos;
  private long commitNanos;
  private long roundNanos;

  public void clear() {
    draftNanos = 0;
    verifyNanos = 0;
    commitNanos = 0;
    roundNanos = 0;
  }

  public void addDraft(long nanos) {
    draftNanos += nanos;
  }

  public void addVerify(long nanos) {
    verifyNanos += nanos;
  }

  public void addCommit(long nanos) {
    commitNanos += nanos;
  }

  /** Closes the round with the time from its start to its end. */
  public void finish(long nanos) {
    roundNanos = nanos;
  }

  public long draftNanos() {
    return draftNanos;
  }

  public long verifyNanos() {
    return verifyNanos;
  }

  public long commitNanos() {
    return commitNanos;
  }

  public long hostNanos() {
    return roundNanos - draftNanos - verifyNanos - commitNanos;
  }

  public long roundNanos() {
    return roundNanos;
  }
}
