package io.talon.torch.module;

import java.util.Arrays;

/**
 * Which segments' attention is made by itself, while that of the others is made for all slots at once, padded to the widest and the
 * longest of them: one wide tree among many small ones would make every slot's work as much as its own.
 *
 * <p>Segments are four integers each, slot, first row, row count, and length of the cache after these rows.
 */
public final class LoneSegments {
  private static final int FEWEST_TOGETHER = 4;
  private static final int INDEX_BITS = 16;
  private static final int KEY_BITS = 28;

  private final boolean[] lone; // [segments]
  private final long[] numbers; // of those by themselves, ascending

  private LoneSegments(boolean[] lone) {
    this.lone = lone;
    int count = 0;
    long[] found = new long[lone.length];
    for (int i = 0; i < lone.length; i++) {
      if (lone[i]) {
        found[count++] = i;
      }
    }
    numbers = Arrays.copyOf(found, count);
  }

  /** All but the first ones. */
  public static LoneSegments after(int together, int count) {
    boolean[] lone = new boolean[count];
    Arrays.fill(lone, together, count, true);
    return new LoneSegments(lone);
  }

  /**
   * All or none.
   *
   * @param width elements of a row of queries, all heads together
   */
  public static LoneSegments allOrNone(long[] segments, EngineLayout layout, int width) {
    int count = segments.length / 4;
    return after(layout.padded(segments, width) ? count : 0, count);
  }

  /**
   * The widest, as many as make the work least, or all; by themselves they take a few small calls each.
   *
   * @param width elements of a row of queries, all heads together
   * @param groups query heads that share a key head
   */
  public static LoneSegments widest(long[] segments, EngineLayout layout, int width, int groups) {
    int count = segments.length / 4;
    int[] order = widestFirst(segments);
    long[] work = new long[count]; // of each by itself
    long alone = 0;
    for (int i = 0; i < count; i++) {
      int at = 4 * order[i];
      work[i] = work(segments[at + 2], segments[at + 3], width, groups) + layout.callsOfASlot();
      alone += work[i];
    }
    int chosen = count;
    long least = alone;
    long slots = 0;
    long longest = 0;
    for (int i = count - 1; i >= 0; i--) { // those before it by themselves, it and those after it at once
      int at = 4 * order[i];
      slots = Math.max(slots, segments[at] + 1);
      longest = Math.max(longest, segments[at + 3]);
      alone -= work[i];
      long sum = alone + slots * work(segments[at + 2], longest, width, groups);
      if (count - i >= FEWEST_TOGETHER && sum <= least) {
        least = sum;
        chosen = i;
      }
    }
    boolean[] lone = new boolean[count];
    for (int i = 0; i < chosen; i++) {
      lone[order[i]] = true;
    }
    return new LoneSegments(lone);
  }

  /** Products of whole tiles of rows, each with so many keys. */
  private static long work(long rows, long keys, int width, int groups) {
    long tiles = (rows * groups + Attention.TILE_ROWS - 1) / Attention.TILE_ROWS;
    return tiles * Attention.TILE_ROWS * keys * width / groups;
  }

  /** The numbers of the segments, those of more rows first, and of as many rows those of more keys. */
  private static int[] widestFirst(long[] segments) {
    int count = segments.length / 4;
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      keys[i] = segments[4 * i + 2] << KEY_BITS + INDEX_BITS | segments[4 * i + 3] << INDEX_BITS | i;
    }
    Arrays.sort(keys);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[count - 1 - i] = (int) (keys[i] & (1 << INDEX_BITS) - 1);
    }
    return order;
  }

  /** Whether a segment is by itself. */
  public boolean lone(int segment) {
    return lone[segment];
  }

  /** Whether some are by themselves, and others are not. */
  public boolean mixed() {
    return numbers.length > 0 && numbers.length < lone.length;
  }

  /** Whether some are taken at once. */
  public boolean together() {
    return numbers.length < lone.length;
  }

  /** The numbers of those by themselves, ascending. */
  public long[] numbers() {
    return numbers.clone();
  }
}
