package io.talon.job.progress;

import io.talon.serve.EngineReport;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.util.AccumulatorV2;

/** The latest report of every engine, by engine. */
public final class EngineReports extends AccumulatorV2<EngineReport, Map<String, EngineReport>> {
  private static final long serialVersionUID = 1L;

  // Guarded by this. Null until the first report: Spark's heartbeats see an accumulator before its fields are there.
  private TreeMap<String, EngineReport> latest;

  @Override
  public synchronized boolean isZero() {
    return latest == null;
  }

  @Override
  public synchronized EngineReports copy() {
    EngineReports copy = new EngineReports();
    copy.latest = latest == null ? null : new TreeMap<>(latest);
    return copy;
  }

  @Override
  public synchronized void reset() {
    latest = null;
  }

  @Override
  public synchronized void add(EngineReport report) {
    latest = latest == null ? new TreeMap<>() : latest;
    latest.merge(report.engine(), report, (one, other) -> one.forwards() > other.forwards() ? one : other);
  }

  @Override
  public void merge(AccumulatorV2<EngineReport, Map<String, EngineReport>> other) {
    other.value().values().forEach(this::add);
  }

  @Override
  public synchronized Map<String, EngineReport> value() {
    return latest == null ? Map.of() : new TreeMap<>(latest);
  }
}
