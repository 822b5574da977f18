package io.talon.draft.auto;

import io.talon.cost.LiveCosts;
import java.util.function.IntUnaryOperator;

/**
 * What the draft has to run before it can draft: rows that sequences have committed since it was asked for them last.
 *
 * <p>A draft that is asked every round never has more to catch up with than a round brings, and the price of a root has that in
 * it. What a row beyond takes is at first what a row more of a layer takes, and then what it took.
 */
final class CatchUp {
  private static final int USUAL = 8; // rows that a round may leave to run
  private static final int NOTABLE = 16; // rows, below which they do not show in a forward's time
  private static final double SHARE = 0.5; // of what was measured

  private final IntUnaryOperator waiting;
  private final LiveCosts costs;
  private double rowNanos = -1; // not known yet
  private int rows; // of the current round

  /** @param waiting the committed rows of a slot's sequence that the draft has not run yet */
  CatchUp(IntUnaryOperator waiting, LiveCosts costs) {
    this.waiting = waiting;
    this.costs = costs;
  }

  /** Time of running what the first so many slots lack. */
  double nanos(int[] slots, int count) {
    return nanos(rows(slots, count));
  }

  private double nanos(int count) {
    return count == 0 ? 0 : count * (rowNanos < 0 ? costs.layer(1, 2) - costs.layer(1, 1) : rowNanos);
  }

  private int rows(int[] slots, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      sum += rows(slots[i]);
    }
    return sum;
  }

  private int rows(int slot) {
    return Math.max(0, waiting.applyAsInt(slot) - USUAL);
  }

  /**
   * Brings those slots to the front that lack least.
   *
   * @param found what is known of them, moved along
   * @return how many of them the draft catches up with in so many nanoseconds, at least one
   */
  int soonest(int[] slots, int count, double[] found, double nanos) {
    for (int i = 0; i < count; i++) {
      int least = i;
      for (int j = i + 1; j < count; j++) {
        least = rows(slots[j]) < rows(slots[least]) ? j : least;
      }
      Prospects.swap(slots, found, i, least);
      if (i > 0 && nanos(slots, i + 1) > nanos) {
        return i;
      }
    }
    return count;
  }

  /** Begins the draft forwards of a round, for the first so many slots. */
  void begin(int[] slots, int count) {
    rows = rows(slots, count);
  }

  /** Whether so many rows are caught up with in this round that its draft forwards say nothing of what drafting takes. */
  boolean notable() {
    return rows >= NOTABLE;
  }

  /**
   * Learns from the draft forwards of a round.
   *
   * @param foretold what they were to take beside this
   * @return the time that nobody had foretold
   */
  double took(double foretold, long nanos) {
    double beyond = nanos - foretold - nanos(rows);
    if (notable()) {
      double each = Math.max(0, nanos - foretold) / rows;
      rowNanos = rowNanos < 0 ? each : rowNanos + SHARE * (each - rowNanos);
    }
    return beyond;
  }
}
