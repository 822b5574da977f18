package io.talon.draft.lookup;

import java.util.Arrays;

/**
 * Where the n-grams of a growing text occurred: hash chains, newest place first; constant time per token, amortised.
 *
 * <p>A place is the index behind an n-gram, so at least 1. Other n-grams with the same hash share a chain: the caller compares.
 */
final class NgramChains {
  private static final int SMALLEST = 256;

  private final int n;
  private int[] newest = {}; // [buckets, a power of two], the newest place of a bucket, 0 for none
  private int[] older = {}; // [buckets], by place: the one before it in its bucket, 0 for none
  private int next; // the first place not yet in

  NgramChains(int n) {
    this.n = n;
    next = n;
  }

  /** Forgets the text, and keeps the memory for the next one. */
  void clear() {
    Arrays.fill(newest, 0);
    next = n;
  }

  /** Takes in all places that have a continuation; {@code text} goes on from what it was in the last call. */
  void extend(int[] text, int length) {
    if (length > older.length) {
      int buckets = Math.max(SMALLEST, Integer.highestOneBit(length - 1) << 1);
      newest = new int[buckets];
      older = new int[buckets];
      next = n;
    }
    while (next < length) {
      int bucket = bucket(text, next);
      older[next] = newest[bucket];
      newest[bucket] = next++;
    }
  }

  /** The newest place in the bucket of the n-gram that ends the text, or 0. */
  int newest(int[] text, int length) {
    return newest[bucket(text, length)];
  }

  /** The place before a place in its bucket, or 0. */
  int older(int place) {
    return older[place];
  }

  private int bucket(int[] text, int end) {
    int hash = 0;
    for (int i = end - n; i < end; i++) {
      hash = (hash ^ text[i]) * 0x9E3779B1;
      hash ^= hash >>> 15;
    }
    return hash & newest.length - 1;
  }
}
