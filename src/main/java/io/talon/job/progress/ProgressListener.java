package io.talon.job.progress;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.Option;
import scala.collection.JavaConverters;

/** What running tasks have counted so far, from the heartbeats of their executors. */
final class ProgressListener extends SparkListener {
  private final ProgressAccumulator ended;
  private final Map<Long, Progress> running = new ConcurrentHashMap<>(); // by task id

  ProgressListener(ProgressAccumulator ended) {
    this.ended = ended;
  }

  /** Ended tasks and running ones together. */
  Progress current() {
    Progress sum = ended.value();
    for (Progress task : running.values()) {
      sum = sum.plus(task);
    }
    return sum;
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate heartbeat) {
    JavaConverters.seqAsJavaList(heartbeat.accumUpdates()).forEach(task -> {
      for (AccumulableInfo info : JavaConverters.seqAsJavaList(task._4())) {
        Option<Object> update = info.update();
        if (info.id() == ended.id() && update.isDefined() && update.get() instanceof Progress progress) {
          running.put((Long) task._1(), progress);
        }
      }
    });
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd task) {
    running.remove(task.taskInfo().taskId());
  }
}
