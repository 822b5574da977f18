package io.talon.job;

import io.talon.conf.DraftOptions;
import io.talon.conf.GenerateOptions;
import io.talon.conf.ModelOptions;
import io.talon.conf.Share;
import io.talon.conf.TextOptions;
import io.talon.request.Columns;
import io.talon.serve.EnginePool;
import java.io.Serializable;
import java.time.Instant;

/**
 * What the driver tells every task.
 *
 * @param models pinned; each node finds their directories itself
 * @param now what chat templates take for today
 */
record TaskPlan(
    Columns columns,
    ModelOptions models,
    DraftOptions draft,
    TextOptions text,
    int batch,
    Share baseline,
    Share roundStats,
    Instant now)
    implements Serializable {
  static TaskPlan of(GenerateOptions options, Columns columns, Instant now) {
    return new TaskPlan(
        columns,
        options.models(),
        options.draft(),
        options.text(),
        options.batch(),
        options.baseline(),
        options.roundStats(),
        now);
  }

  /**
   * The engine that serves the plan on a device.
   *
   * @param here the plan's models with directories of this node
   */
  EnginePool.Key engine(ModelOptions here, String device) {
    return new EnginePool.Key(device, here, draft, batch);
  }
}
