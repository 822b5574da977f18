package io.talon.job;

import io.talon.conf.GenerateOptions;
import io.talon.job.waves.StagedInput;
import org.apache.spark.SparkContext;

/**
 * How the input is cut: into units of work that are small, as a unit is what an executor that dies takes with it, but large
 * enough to keep all slots of an engine busy; and into waves, which are what a driver that dies takes with it, and large
 * enough to keep all engines busy for minutes.
 *
 * @param cores tasks that the cluster runs at a time
 */
record Cutting(int cores) {
  private static final int ROWS_PER_UNIT = 64;
  private static final int UNITS_PER_CORE = 4;
  private static final int BATCHES_PER_UNIT = 2;
  private static final int LEAST_WAVE_ROWS = 10_000;
  private static final int WAVE_ROWS_PER_CORE = 1024;

  static Cutting of(SparkContext context) {
    return new Cutting(context.defaultParallelism());
  }

  StagedInput.Cut cut(long rows, GenerateOptions options) {
    long units = units(rows, options);
    return new StagedInput.Cut(Math.toIntExact(parts(rows, waveRows(options))), Math.toIntExact(parts(rows, units)));
  }

  private long waveRows(GenerateOptions options) {
    int given = options.run().waveRows();
    return given > 0 ? given : Math.max(LEAST_WAVE_ROWS, (long) WAVE_ROWS_PER_CORE * cores);
  }

  private long units(long rows, GenerateOptions options) {
    if (options.partitions() > 0) {
      return options.partitions();
    }
    long wanted = Math.max((long) UNITS_PER_CORE * cores, rows / ROWS_PER_UNIT);
    long most = rows / ((long) BATCHES_PER_UNIT * options.batch());
    return Math.max(1, Math.min(wanted, most));
  }

  private static long parts(long whole, long part) {
    return Math.max(1, (whole + part - 1) / part);
  }
}
