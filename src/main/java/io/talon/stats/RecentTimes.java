package io.talon.stats;

import java.util.Arrays;

/** Count and sum of all times, and the latest of them for a median. */
final class RecentTimes {
  private static final int KEPT = 1024;

  private final long[] nanos = new long[KEPT]; // a ring
  private long count;
  private long total;

  void add(long time) {
    nanos[(int) (count % KEPT)] = time;
    count++;
    total += time;
  }

  void clear() {
    count = 0;
    total = 0;
  }

  ForwardTimes.Times summary() {
    long[] sorted = Arrays.copyOf(nanos, (int) Math.min(count, KEPT));
    Arrays.sort(sorted);
    return new ForwardTimes.Times(count, total, sorted.length == 0 ? 0 : sorted[sorted.length / 2]);
  }
}
