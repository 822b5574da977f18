package io.talon.stats;

import java.util.SortedMap;

/**
 * Times of an engine's forwards.
 *
 * @param verifyByRows target forwards by their number of rows
 */
public record ForwardTimes(Times draft, SortedMap<Integer, Times> verifyByRows) {
  /**
   * Times of one kind of forward.
   *
   * @param totalNanos sum over all of them
   * @param medianNanos of the latest ones, 0 without any
   */
  public record Times(long count, long totalNanos, long medianNanos) {
    public double medianMillis() {
      return medianNanos / 1e6;
    }
  }

  /** All target forwards together. */
  public long verifyCount() {
    return verifyByRows.values().stream().mapToLong(Times::count).sum();
  }

  /** Time of all target forwards together. */
  public long verifyNanos() {
    return verifyByRows.values().stream().mapToLong(Times::totalNanos).sum();
  }
}
