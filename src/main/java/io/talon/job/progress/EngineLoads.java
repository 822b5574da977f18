package io.talon.job.progress;

import io.talon.serve.EnginePool;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.util.AccumulatorV2;
import scala.Option;
import scala.collection.JavaConverters;

/** Carries what the engines of an executor have to do at the moment to the driver, with the heartbeats of its running tasks. */
public final class EngineLoads extends AccumulatorV2<EnginePool.Load, EnginePool.Load> {
  private static final long serialVersionUID = 1L;

  // Null until something is added: Spark's heartbeats see an accumulator before its fields are there.
  private volatile EnginePool.Load latest;

  @Override
  public boolean isZero() {
    return latest == null;
  }

  @Override
  public EngineLoads copy() {
    EngineLoads copy = new EngineLoads();
    copy.latest = latest;
    return copy;
  }

  @Override
  public void reset() {
    latest = null;
  }

  @Override
  public void add(EnginePool.Load load) {
    latest = load;
  }

  /** What a task that has ended said holds no longer. */
  @Override
  public void merge(AccumulatorV2<EnginePool.Load, EnginePool.Load> other) {}

  @Override
  public EnginePool.Load value() {
    EnginePool.Load load = latest;
    return load == null ? EnginePool.Load.NONE : load;
  }

  /** Adds up, on the driver, what the executors said last. */
  final class Listener extends SparkListener {
    private final Map<String, EnginePool.Load> byExecutor = new ConcurrentHashMap<>();

    EnginePool.Load sum() {
      return byExecutor.values().stream().reduce(EnginePool.Load.NONE, EnginePool.Load::plus);
    }

    /** Any task of an executor speaks for all of its engines; where none runs, they have nothing to do. */
    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate heartbeat) {
      byExecutor.compute(heartbeat.execId(), (executor, before) -> idle(before));
      JavaConverters.seqAsJavaList(heartbeat.accumUpdates()).forEach(task -> {
        for (AccumulableInfo info : JavaConverters.seqAsJavaList(task._4())) {
          Option<Object> update = info.update();
          if (info.id() == id() && update.isDefined() && update.get() instanceof EnginePool.Load said) {
            byExecutor.merge(heartbeat.execId(), said, EnginePool.Load::larger);
          }
        }
      });
    }

    /** Its engines are gone; that they were opened again is not. */
    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
      byExecutor.computeIfPresent(removed.executorId(), (executor, before) -> idle(before));
    }

    private static EnginePool.Load idle(EnginePool.Load before) {
      return new EnginePool.Load(0, 0, before == null ? 0 : before.restarts());
    }
  }
}
