package io.talon.cli;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Measures how fast this machine reads memory: what plain decoding on a CPU is bound by. */
final class MemoryBandwidth {
  private static final int LONGS_PER_THREAD = 1 << 24; // 128 MiB, beyond any cache
  private static final int PASSES = 6;

  private MemoryBandwidth() {}

  /** Bytes per second of summing arrays with every core; the best of a few passes. */
  static double bytesPerSecond() {
    int threads = Runtime.getRuntime().availableProcessors();
    long[][] arrays = new long[threads][LONGS_PER_THREAD];
    for (long[] array : arrays) {
      Arrays.fill(array, 1);
    }
    long best = Long.MAX_VALUE;
    for (int pass = 0; pass < PASSES; pass++) {
      long start = System.nanoTime();
      long sum = IntStream.range(0, threads).parallel().mapToLong(i -> sum(arrays[i])).sum();
      best = Math.min(best, System.nanoTime() - start);
      assert sum == (long) threads * LONGS_PER_THREAD : "every element was read";
    }
    return 8.0 * threads * LONGS_PER_THREAD * 1e9 / best;
  }

  private static long sum(long[] array) {
    long a = 0;
    long b = 0;
    long c = 0;
    long d = 0;
    for (int i = 0; i < array.length; i += 4) { // four chains, so that additions do not wait for each other
      a += array[i];
      b += array[i + 1];
      c += array[i + 2];
      d += array[i + 3];
    }
    return a + b + c + d;
  }
}
