package io.talon.job;

import io.talon.conf.GenerateOptions;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.engine.EngineSpec;
import io.talon.job.output.RunModels;
import io.talon.serve.Background;
import io.talon.serve.EnginePool;
import io.talon.serve.EngineService;
import io.talon.serve.ModelCheck;
import io.talon.serve.RunType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.SparkSession;

/**
 * What the driver finds out beside the reading of the input: the models' hashes, the type that the run computes in, and in
 * local mode, where the tasks will use it, the engine.
 */
final class Preparation implements AutoCloseable {
  private record Opened(RunType type, EngineService engine) {}

  private final CompletableFuture<RunModels> models;
  private final CompletableFuture<Opened> opened;

  /**
   * Begins. On a cluster the type is known when this returns, and what is wrong with an executor's device shows.
   *
   * @param corpora what an engine drafts from
   */
  Preparation(SparkSession spark, GenerateOptions options, ModelCheck check, List<SuffixIndex> corpora) {
    models = Background.start("talon-hash-models", () -> RunModels.read(options.models(), check.models()));
    opened = Session.isLocal(spark.sparkContext().master())
        ? Background.start("talon-open", () -> open(options, check, corpora))
        : CompletableFuture.completedFuture(new Opened(TypeProbe.onOneExecutor(spark, options.models()), null));
  }

  private static Opened open(GenerateOptions options, ModelCheck check, List<SuffixIndex> corpora) {
    String device = options.models().firstDevice();
    ExecutorPlace place = ExecutorPlace.current();
    RunType type = RunType.here(options.models(), device, place.toString());
    TaskPlan plan = TaskPlan.of(options, null, 0, type, check.now());
    EnginePool.Key key = plan.engine(place.withThreads(check.models()), device);
    EnginePool.Opening opening = new EnginePool.Opening(() -> corpora, place.whenLost());
    return new Opened(type, EnginePool.shared(key, opening));
  }

  /** What the run computes in. */
  RunType type() {
    return Background.result(opened).type();
  }

  /** The engine that is open on the driver, none on a cluster; throws what kept it from opening. */
  Optional<EngineSpec> engine() {
    return Optional.ofNullable(Background.result(opened).engine()).map(EngineService::spec);
  }

  /** The models, every byte of them read. */
  RunModels models() {
    return Background.result(models);
  }

  /** Waits until no engine can begin to open any more, and needs the one that is open no more. */
  @Override
  public void close() {
    EngineService engine = opened.handle((done, failure) -> failure == null ? done.engine() : null).join();
    if (engine != null) {
      EnginePool.release(engine);
    }
  }
}
