package io.talon.job;

import io.talon.conf.ModelOptions;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.engine.EngineSpec;
import io.talon.job.models.ModelSources;
import io.talon.job.output.DecodedRows;
import io.talon.job.output.TaskIdentity;
import io.talon.job.progress.RunMetrics;
import io.talon.job.progress.TaskCounts;
import io.talon.serve.EngineGroup;
import io.talon.serve.EnginePool;
import io.talon.serve.EngineReport;
import io.talon.serve.ModelText;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/** Decodes the input rows of a partition on the engines that the executor's tasks share. */
final class DecodePartition implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final TaskPlan plan;
  private final DecodedRows.Factory outcome;
  private final Broadcast<List<SuffixIndex>> corpora;
  private final TaskCounts counts;

  /**
   * @param outcome makes the rows that come out
   */
  DecodePartition(
      TaskPlan plan,
      DecodedRows.Factory outcome,
      Broadcast<List<SuffixIndex>> corpora,
      TaskCounts counts) {
    this.plan = plan;
    this.outcome = outcome;
    this.corpora = corpora;
    this.counts = counts;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> input) {
    TaskContext context = TaskContext.get();
    String executor = SparkEnv.get().executorId();
    ExecutorPlace place = ExecutorPlace.current();
    ModelOptions models =
        place.sharedOut(new ModelSources(plan.models().sources(), note -> {}).onThisNode(plan.models()));
    String assigned = device(models, context);
    EngineGroup engines = EnginePool.shared(
        plan.engine(models, assigned), new EnginePool.Opening(corpora::value, place.whenLost()));
    TaskCompletionListener release = ended -> EnginePool.release(engines);
    context.addTaskCompletionListener(release); // whatever fails below
    RunMetrics.showEngines();
    EngineSpec spec = plan.type().check(engines::spec, assigned, place.toString());
    String device = spec.device();
    DecodedRows rows =
        outcome.of(plan.draft().policy().label(), new TaskIdentity(executor, device, context.attemptNumber()));
    ModelText text = ModelText.shared(models.target(), plan.now());
    PartitionRun run = new PartitionRun(context, plan, input, engines, text, rows, counts);
    context.addTaskCompletionListener(ended -> {
      run.close();
      EngineReport.of(executor + " " + device, engines).forEach(counts.engines()::add);
    });
    return run;
  }

  /** The device of a task: {@code cuda} becomes the GPU that Spark assigned to it, or the first one where Spark assigns none. */
  static String device(ModelOptions models, TaskContext task) {
    ResourceInformation gpus = task.resourcesJMap().get("gpu");
    boolean assigned = models.device().equals("cuda") && gpus != null && gpus.addresses().length > 0;
    return assigned ? "cuda:" + gpus.addresses()[0] : models.firstDevice();
  }
}
