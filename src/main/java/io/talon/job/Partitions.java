package io.talon.job;

import io.talon.conf.GenerateOptions;
import io.talon.conf.Share;
import io.talon.job.input.Input;
import io.talon.serve.RowChoice;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The input cut into units of work: small, as a unit is what an executor that dies takes with it, but large enough to keep
 * all slots of an engine busy.
 *
 * <p>Rows that are sampled for the baseline share their units, so that plain decoding has as many neighbours as drafting had.
 */
record Partitions(Dataset<Row> rows, int count) {
  private static final int ROWS_PER_PARTITION = 64;
  private static final int PARTITIONS_PER_CORE = 4;
  private static final int BATCHES_PER_PARTITION = 2;

  /**
   * Cuts the input.
   *
   * @param cores tasks that the cluster runs at a time
   */
  static Partitions of(Input input, GenerateOptions options, int cores) {
    double fraction = options.baseline().fraction();
    if (fraction == 0 || fraction == 1) {
      int count = count(input.count(), options, cores);
      return new Partitions(input.rows().repartition(count), count);
    }
    FilterFunction<Row> compared = compared(options);
    Dataset<Row> sample = input.rows().filter(compared);
    long sampled = sample.count();
    int ofSample = count(sampled, options, cores);
    int ofOthers = count(input.count() - sampled, options, cores);
    FilterFunction<Row> others = row -> !compared.call(row);
    return new Partitions(
        sample.repartition(ofSample).union(input.rows().filter(others).repartition(ofOthers)), ofSample + ofOthers);
  }

  private static FilterFunction<Row> compared(GenerateOptions options) {
    Share share = options.baseline();
    long seed = options.text().seed();
    return row -> {
      String promptId = Input.row(row).promptId();
      return promptId != null && RowChoice.BASELINE.covers(share, promptId, seed);
    };
  }

  private static int count(long rows, GenerateOptions options, int cores) {
    if (options.partitions() > 0) {
      return options.partitions();
    }
    long wanted = Math.max((long) PARTITIONS_PER_CORE * cores, rows / ROWS_PER_PARTITION);
    long most = rows / ((long) BATCHES_PER_PARTITION * options.batch());
    return Math.toIntExact(Math.max(1, Math.min(wanted, most)));
  }
}
