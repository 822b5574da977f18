package io.talon.job.progress;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.talon.serve.EnginePool;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/**
 * Figures in Spark's metrics system, where its sinks find them: the run's on the driver, what all its engines have to do
 * included, and that of a JVM's engines in every JVM that has some.
 */
public final class RunMetrics implements Source, AutoCloseable {
  private static final String RUN = "talon.run"; // no beginning of the other: a source that goes takes all that begin so along
  private static final String ENGINES = "talon.engines";
  private static boolean enginesAreThere; // guarded by the class

  private final String name;
  private final Runnable ended;
  private final MetricRegistry registry = new MetricRegistry();

  private RunMetrics(String name, Runnable ended) {
    this.name = name;
    this.ended = ended;
  }

  /**
   * Shows a run until it is closed.
   *
   * @param loads of the engines of all executors, as heartbeats tell it
   */
  public static RunMetrics ofRun(SparkContext context, Supplier<Progress> progress, EngineLoads loads) {
    EngineLoads.Listener engines = loads.new Listener();
    context.addSparkListener(engines);
    RunMetrics metrics = new RunMetrics(RUN, () -> context.removeSparkListener(engines));
    metrics.gauge("rows", progress, Progress::rows);
    metrics.gauge("rows_quarantined", progress, Progress::badRows);
    metrics.gauge("generations", progress, Progress::generations);
    metrics.gauge("tokens", progress, Progress::tokens);
    metrics.gauge("rounds", progress, Progress::rounds);
    metrics.gauge("mean_accepted_tokens", progress, Progress::meanAcceptedTokens);
    metrics.loads(engines::sum);
    SparkEnv.get().metricsSystem().registerSource(metrics);
    return metrics;
  }

  /** Shows the engines of this JVM from now on. */
  public static synchronized void showEngines() {
    if (!enginesAreThere) {
      enginesAreThere = true;
      RunMetrics metrics = new RunMetrics(ENGINES, () -> {});
      metrics.loads(EnginePool::load);
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
    ended.run();
  }

  private void loads(Supplier<EnginePool.Load> load) {
    gauge("live_slots", load, EnginePool.Load::live);
    gauge("queue", load, EnginePool.Load::waiting);
    gauge("restarts", load, EnginePool.Load::restarts);
  }

  private <T> void gauge(String label, Supplier<T> state, Function<T, Number> value) {
    Gauge<Number> gauge = () -> value.apply(state.get());
    registry.register(label, gauge);
  }
}
