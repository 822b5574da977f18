package io.talon.job.progress;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.talon.serve.EnginePool;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/**
 * Figures in Spark's metrics system, where its sinks find them: the run's on the driver, and its engines' in every JVM that has
 * some.
 */
public final class RunMetrics implements Source, AutoCloseable {
  private static final String RUN = "talon.run"; // no beginning of the other: a source that goes takes all that begin so along
  private static final String ENGINES = "talon.engines";
  private static boolean enginesAreThere; // guarded by the class

  private final String name;
  private final MetricRegistry registry = new MetricRegistry();

  private RunMetrics(String name) {
    this.name = name;
  }

  /** Shows a run until it is closed. */
  public static RunMetrics ofRun(Supplier<Progress> progress) {
    RunMetrics metrics = new RunMetrics(RUN);
    metrics.gauge("rows", progress, Progress::rows);
    metrics.gauge("rows_quarantined", progress, Progress::badRows);
    metrics.gauge("generations", progress, Progress::generations);
    metrics.gauge("tokens", progress, Progress::tokens);
    metrics.gauge("rounds", progress, Progress::rounds);
    metrics.gauge("mean_accepted_tokens", progress, Progress::meanAcceptedTokens);
    SparkEnv.get().metricsSystem().registerSource(metrics);
    return metrics;
  }

  /** Shows the engines of this JVM from now on. */
  public static synchronized void showEngines() {
    if (!enginesAreThere) {
      enginesAreThere = true;
      RunMetrics metrics = new RunMetrics(ENGINES);
      metrics.gauge("live_slots", EnginePool::load, EnginePool.Load::live);
      metrics.gauge("queue", EnginePool::load, EnginePool.Load::waiting);
      metrics.gauge("restarts", EnginePool::load, EnginePool.Load::restarts);
      SparkEnv.get().metricsSystem().registerSource(metrics);
    }
  }

  @Override
  public String sourceName() {
    return name;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  @Override
  public void close() {
    SparkEnv.get().metricsSystem().removeSource(this);
  }

  private <T> void gauge(String label, Supplier<T> state, Function<T, Number> value) {
    Gauge<Number> gauge = () -> value.apply(state.get());
    registry.register(label, gauge);
  }
}
