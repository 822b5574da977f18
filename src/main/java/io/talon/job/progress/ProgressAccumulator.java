package io.talon.job.progress;

import org.apache.spark.util.AccumulatorV2;

/** Sums progress over tasks; exact once a task ends, and on its way with every heartbeat before. */
public final class ProgressAccumulator extends AccumulatorV2<Progress, Progress> {
  private static final long serialVersionUID = 1L;

  // Guarded by this. Null until something is added: Spark's heartbeats see an accumulator before its fields are there.
  private Progress sum;

  @Override
  public synchronized boolean isZero() {
    return sum == null;
  }

  @Override
  public synchronized ProgressAccumulator copy() {
    ProgressAccumulator copy = new ProgressAccumulator();
    copy.sum = sum;
    return copy;
  }

  @Override
  public synchronized void reset() {
    sum = null;
  }

  @Override
  public synchronized void add(Progress progress) {
    sum = value().plus(progress);
  }

  @Override
  public void merge(AccumulatorV2<Progress, Progress> other) {
    add(other.value());
  }

  @Override
  public synchronized Progress value() {
    return sum == null ? Progress.NONE : sum;
  }
}
