package io.talon.job.progress;

import java.io.Serializable;
import org.apache.spark.SparkContext;

/**
 * What the tasks of a run tell the driver.
 *
 * @param progress what they have done
 * @param engines what their engines are and cost
 * @param loads what the engines of their executors have to do at the moment
 */
public record TaskCounts(ProgressAccumulator progress, EngineReports engines, EngineLoads loads) implements Serializable {
  /** Counts that begin at nothing; without names, as Spark keeps the text of a named one for every task. */
  public static TaskCounts register(SparkContext context) {
    TaskCounts counts = new TaskCounts(new ProgressAccumulator(), new EngineReports(), new EngineLoads());
    context.register(counts.progress);
    context.register(counts.engines);
    context.register(counts.loads);
    return counts;
  }
}
