package io.talon.job;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.util.AccumulatorV2;

/** The latest report of every engine, by engine. */
final class EngineReports extends AccumulatorV2<EngineReport, Map<String, EngineReport>> {
  private static final long serialVersionUID = 1L;

  private final TreeMap<String, EngineReport> latest = new TreeMap<>(); // guarded by this

  @Override
  public synchronized boolean isZero() {
    return latest.isEmpty();
  }

  @Override
  public synchronized EngineReports copy() {
    EngineReports copy = new EngineReports();
    copy.latest.putAll(latest);
    return copy;
  }

  @Override
  public synchronized void reset() {
    latest.clear();
  }

  @Override
  public synchronized void add(EngineReport report) {
    latest.merge(report.engine(), report, (one, other) -> one.forwards() > other.forwards() ? one : other);
  }

  @Override
  public void merge(AccumulatorV2<EngineReport, Map<String, EngineReport>> other) {
    other.value().values().forEach(this::add);
  }

  @Override
  public synchronized Map<String, EngineReport> value() {
    return new TreeMap<>(latest);
  }
}
