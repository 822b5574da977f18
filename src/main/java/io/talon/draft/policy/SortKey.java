package io.talon.draft.policy;

/** A score and an index in one number: ascending keys are descending scores, and of equal scores the smaller index comes first. */
public final class SortKey {
  private SortKey() {}

  /** @param score a log-probability, so 0 at most */
  public static long of(float score, int index) {
    // The bits of non-negative floats sort as the floats do; 0 - score is never the negative zero that -score may be.
    return (long) Float.floatToIntBits(0f - score) << 32 | index;
  }

  public static int index(long key) {
    return (int) key;
  }
}
