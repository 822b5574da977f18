package io.talon.job;

import io.talon.audit.AuditedRow;
import io.talon.conf.TextOptions;
import io.talon.engine.Noise;
import io.talon.job.output.SamplingColumns;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** The table of generations as an audit reads it. */
final class AuditTable {
  /** What is read of it. */
  static final List<String> COLUMNS = Stream.of(
      List.of(
          "prompt_id", "sample_idx", "turn_idx", "prompt_text", "generated_text", "generated_token_ids", "seed", "max_new_tokens",
          "stop"),
      SamplingColumns.names()).flatMap(List::stream).toList();

  private AuditTable() {}

  /** The columns alone, without those of the input. */
  static Dataset<Row> select(Dataset<Row> generations) {
    return generations.select(COLUMNS.stream().map(functions::col).toArray(Column[]::new));
  }

  static AuditedRow row(Row row) {
    return new AuditedRow(
        row.getAs("prompt_id"),
        row.<Integer>getAs("sample_idx"),
        row.<Integer>getAs("turn_idx"),
        row.getAs("prompt_text"),
        row.getAs("generated_text"),
        row.<Integer>getList(row.fieldIndex("generated_token_ids")).stream().mapToInt(Integer::intValue).toArray(),
        new TextOptions(
            row.<Integer>getAs("max_new_tokens"),
            SamplingColumns.of(row),
            row.getList(row.fieldIndex("stop")),
            1,
            row.<Long>getAs("seed"),
            1));
  }

  /**
   * A number for every generation, uniform over all long values, that says which are chosen first.
   *
   * @param row with the keys of a generation
   * @param seed of the choice
   */
  static long place(Row row, long seed) {
    int sampleIdx = row.<Integer>getAs("sample_idx");
    int turnIdx = row.<Integer>getAs("turn_idx");
    return Noise.bits(Noise.rowSeed(seed, row.getAs("prompt_id"), sampleIdx), turnIdx);
  }
}
