package io.talon.job;

import io.talon.conf.GenerateOptions;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.job.EngineProbe.Found;
import io.talon.job.EngineProbe.Opened;
import io.talon.run.RunModels;
import io.talon.serve.Background;
import io.talon.serve.ModelCheck;
import io.talon.serve.RunType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * What is found out before rows are decoded: the models' hashes and whether an engine opens; on a cluster on an executor, in
 * local mode in this JVM, where the tasks will use it, beside the reading of the input.
 */
final class Preparation implements AutoCloseable {
  private final CompletableFuture<RunModels> models;
  private final CompletableFuture<Opened> here; // null on a cluster
  private final Found there; // null in local mode

  /**
   * Begins. On a cluster an engine is open on an executor when this returns, and what keeps it from opening is thrown.
   *
   * @param corpora what an engine drafts from
   */
  Preparation(SparkSession spark, GenerateOptions options, ModelCheck check, Broadcast<List<SuffixIndex>> corpora) {
    TaskPlan plan = TaskPlan.undecided(options, check.now());
    boolean local = Session.isLocal(spark.sparkContext().master());
    here = local
        ? Background.start(
            "talon-open", () -> EngineProbe.open(plan, check.models(), options.models().firstDevice(), corpora))
        : null;
    there = local ? null : EngineProbe.onOneExecutor(spark, plan, corpora);
    models = Background.start("talon-hash-models", () -> RunModels.read(options.models(), check.models()));
  }

  /** What the run computes in; waits for the engine, and throws what kept it from opening. */
  RunType type() {
    return here == null ? there.type() : Background.result(here).type();
  }

  /** The engine that is open, in words. */
  String engine() {
    return here == null ? there.engine() : Background.result(here).inWords();
  }

  /** The models, every byte of them read. */
  RunModels models() {
    return Background.result(models);
  }

  /** Waits until no engine can begin to open any more, and needs the one that is open no more. */
  @Override
  public void close() {
    Opened opened = here == null ? null : here.exceptionally(failure -> null).join();
    if (opened != null) {
      opened.release();
    }
  }
}
