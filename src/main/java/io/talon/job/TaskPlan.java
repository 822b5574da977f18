package io.talon.job;

import io.talon.conf.DraftOptions;
import io.talon.conf.GenerateOptions;
import io.talon.conf.ModelOptions;
import io.talon.conf.PromptOptions;
import io.talon.conf.Share;
import io.talon.conf.TextOptions;
import io.talon.job.waves.Strikes;
import io.talon.request.Columns;
import io.talon.serve.EnginePool;
import io.talon.serve.RunType;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * What the driver tells every task.
 *
 * @param models pinned, also in what they compute in; each node finds their directories itself
 * @param type what all engines compute in, null while that is not known
 * @param rowTimeout time that a generation may take, zero for any
 * @param now what chat templates take for today
 * @param strikes what is kept of rows that saw the end of a process
 */
record TaskPlan(
    Columns columns,
    ModelOptions models,
    RunType type,
    DraftOptions draft,
    PromptOptions prompts,
    TextOptions text,
    int batch,
    Share baseline,
    Share roundStats,
    Duration rowTimeout,
    Instant now,
    Strikes strikes)
    implements Serializable {
  /**
   * The plan of an input.
   *
   * @param rows of the whole input
   */
  static TaskPlan of(GenerateOptions options, Columns columns, long rows, RunType type, Instant now) {
    return new TaskPlan(
        columns,
        options.models().withDtype(type.dtype()),
        type,
        options.draft(),
        options.input().prompts(),
        options.text(),
        options.batch(),
        options.baseline(),
        options.roundStats(rows),
        options.rowTimeout(),
        now,
        Strikes.NONE);
  }

  /** A plan for engines alone: it has no input yet, and what it computes in is still to be found out. */
  static TaskPlan undecided(GenerateOptions options, Instant now) {
    return new TaskPlan(
        null, options.models(), null, options.draft(), options.input().prompts(), options.text(), options.batch(),
        options.baseline(), options.roundStats(0), options.rowTimeout(), now, Strikes.NONE);
  }

  /** The same plan, decided in what it computes in. */
  TaskPlan decided(RunType found) {
    return new TaskPlan(
        columns, models.withDtype(found.dtype()), found, draft, prompts, text, batch, baseline, roundStats, rowTimeout, now,
        strikes);
  }

  /** The same plan, with a place for strikes. */
  TaskPlan withStrikes(Strikes place) {
    return new TaskPlan(
        columns, models, type, draft, prompts, text, batch, baseline, roundStats, rowTimeout, now, place);
  }

  /**
   * The engine that serves the plan on a device.
   *
   * @param here the plan's models with directories of this node
   */
  EnginePool.Key engine(ModelOptions here, String device) {
    return new EnginePool.Key(device, here.withDtype(type.dtype()), draft, batch);
  }
}
