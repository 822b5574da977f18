package io.talon.job;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.ModelOptions;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.engine.EngineSpec;
import io.talon.job.models.ModelSources;
import io.talon.machine.FreeMemory;
import io.talon.serve.EngineGroup;
import io.talon.serve.EnginePool;
import io.talon.serve.RunType;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * Opens the engine of a run where its tasks will, before the input is read: a library, device, model or memory that will not do
 * shows in seconds, and what the run computes in is decided. The engine stays warm for the tasks.
 */
final class EngineProbe {
  /**
   * Engines that are open, and are to be handed back when nobody needs them here.
   *
   * @param type what the run computes in
   * @param spec what each of them is
   */
  record Opened(RunType type, EngineSpec spec, EngineGroup engines) {
    void release() {
      EnginePool.release(engines);
    }

    String inWords() {
      int count = engines.engines().size();
      return String.format(
          "target on %s in %s, %s%d %s; %s of caches",
          spec.device(), spec.dtype(), count == 1 ? "" : count + " engines of ", spec.threads(),
          spec.threads() == 1 ? "thread" : "threads", FreeMemory.text(count * spec.cacheBytes()));
    }
  }

  /**
   * What an executor found, which must come back without an exception: Spark would try one three times more.
   *
   * @param engine the open engine in words, null where it is not
   * @param code null where it is open
   */
  record Found(RunType type, String engine, ErrorCode code, String message) implements Serializable {
    /** This, where the engine is open; throws what kept it from opening. */
    private Found checked() {
      if (code != null) {
        throw new TalonException(code, message);
      }
      return this;
    }
  }

  private EngineProbe() {}

  /**
   * Tries on an executor, whichever is free first.
   *
   * @param plan undecided in what it computes in
   */
  static Found onOneExecutor(SparkSession spark, TaskPlan plan, Broadcast<List<SuffixIndex>> corpora) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Function<TaskPlan, Found> probe = each -> onThisExecutor(each, corpora);
    context.setJobDescription("open an engine and decide what the run computes in");
    try {
      return context.parallelize(List.of(plan), 1).map(probe).collect().get(0).checked();
    } finally {
      context.setJobDescription(null);
    }
  }

  private static Found onThisExecutor(TaskPlan plan, Broadcast<List<SuffixIndex>> corpora) {
    ExecutorPlace place = ExecutorPlace.current();
    try {
      ModelOptions here = new ModelSources(plan.models().sources(), note -> {}).onThisNode(plan.models());
      Opened opened = open(plan, here, DecodePartition.device(here, TaskContext.get()), corpora);
      opened.release();
      return new Found(opened.type(), opened.inWords(), null, null);
    } catch (TalonException e) {
      String message = e.getMessage().startsWith(place.toString()) ? e.getMessage() : place + ": " + e.getMessage();
      return new Found(null, null, e.code(), message);
    }
  }

  /**
   * Opens it in this JVM.
   *
   * @param here the plan's models with directories of this node
   * @throws TalonException with what keeps it from opening
   */
  static Opened open(TaskPlan plan, ModelOptions here, String device, Broadcast<List<SuffixIndex>> corpora) {
    ExecutorPlace place = ExecutorPlace.current();
    RunType type = RunType.here(plan.models(), device, place.toString());
    EngineGroup engines = EnginePool.shared(
        plan.decided(type).engine(place.sharedOut(here), device),
        new EnginePool.Opening(corpora::value, place.whenLost()));
    try {
      return new Opened(type, type.check(engines::spec, device, place.toString()), engines);
    } catch (RuntimeException e) {
      EnginePool.release(engines);
      throw e;
    }
  }
}
