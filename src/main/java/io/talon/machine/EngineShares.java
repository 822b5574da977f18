package io.talon.machine;

import java.util.function.LongSupplier;

/**
 * How an executor's processors are shared out among engines.
 *
 * <p>Threads of one engine wait for each other several hundred times in a forward, which of a small model takes a few milliseconds:
 * there a second engine of one thread brings more than a second thread. Every engine has weights and caches of its own, so a large
 * model has one.
 *
 * @param engines how many there are
 * @param threads of each
 */
public record EngineShares(int engines, int threads) {
  private static final int MOST_ENGINES = 4; // where nobody says how many
  private static final long SMALL = 512L << 20;

  /**
   * The shares, where the options leave them open; threads alone mean so many, and no more.
   *
   * @param engines as the options say, 0 for open
   * @param threads of an engine as the options say, 0 for open
   * @param processors that this process may use
   * @param onCpu whether the engines compute there
   * @param modelBytes bytes of the checkpoints of all models of an engine, asked for where they matter
   */
  public static EngineShares of(int engines, int threads, int processors, boolean onCpu, LongSupplier modelBytes) {
    int count = engines;
    if (count == 0) {
      boolean several = onCpu && threads == 0 && processors > 1 && modelBytes.getAsLong() <= SMALL;
      count = several ? Math.min(MOST_ENGINES, processors) : 1;
    }
    return new EngineShares(count, threads > 0 ? threads : Math.max(1, processors / count));
  }
}
