package io.talon.job;

import org.apache.spark.util.AccumulatorV2;

/** Sums progress over tasks; exact once a task ends, and on its way with every heartbeat before. */
final class ProgressAccumulator extends AccumulatorV2<Progress, Progress> {
  private static final long serialVersionUID = 1L;

  private Progress sum = Progress.NONE; // guarded by this: heartbeats read while the task adds

  @Override
  public synchronized boolean isZero() {
    return sum.equals(Progress.NONE);
  }

  @Override
  public synchronized ProgressAccumulator copy() {
    ProgressAccumulator copy = new ProgressAccumulator();
    copy.sum = sum;
    return copy;
  }

  @Override
  public synchronized void reset() {
    sum = Progress.NONE;
  }

  @Override
  public synchronized void add(Progress progress) {
    sum = sum.plus(progress);
  }

  @Override
  public void merge(AccumulatorV2<Progress, Progress> other) {
    add(other.value());
  }

  @Override
  public synchronized Progress value() {
    return sum;
  }
}
