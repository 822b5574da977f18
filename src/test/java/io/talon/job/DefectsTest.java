package io.talon.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.ErrorCode;
import io.talon.cli.JobRun;
import io.talon.conf.Command;
import io.talon.conf.GenerateOptions;
import io.talon.conf.Key;
import io.talon.conf.Settings;
import io.talon.decode.Generation;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.job.output.DecodedRows;
import io.talon.job.output.Schemas;
import io.talon.job.progress.TaskCounts;
import io.talon.request.Columns;
import io.talon.request.InputRow;
import io.talon.serve.RowWork;
import io.talon.serve.RunType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What a defect of this program, met by one row, does to the rows around it. */
class DefectsTest {
  private static final StructType INPUT = new StructType()
      .add("c0", DataTypes.StringType)
      .add("c1", DataTypes.StringType)
      .add("prompt", DataTypes.StringType);
  private static final StructType OUTCOME = new StructType()
      .add("prompt_id", DataTypes.StringType)
      .add("code", DataTypes.StringType)
      .add("said", DataTypes.StringType);

  /** A place for rows that fails on one of them, as text that nobody thought of could make it. */
  private static final class Fragile implements DecodedRows {
    @Override
    public Row generation(Generation generation, RowWork row, String promptText, String text, Generation baseline) {
      if (row.input().promptId().equals("fragile")) {
        throw new IndexOutOfBoundsException("index 7 of 7");
      }
      return RowFactory.create(row.input().promptId(), "", text);
    }

    @Override
    public Row quarantine(InputRow row, ErrorCode code, String message, int attempts) {
      return RowFactory.create(row.promptId(), code.name(), message);
    }
  }

  @Test
  void aRowThatCannotBeReadOrWrittenDownEndsAloneAndTheOthersAreDecoded() {
    SparkSession spark = TestSpark.session();
    GenerateOptions options = options();
    TaskPlan plan = TaskPlan.of(
        options, Columns.find(options.input(), new String[] {"prompt"}), 4, RunType.here(options.models(), "cpu", "here"),
        Instant.EPOCH);
    Broadcast<List<SuffixIndex>> corpora = JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(List.of());
    DecodePartition task = new DecodePartition(
        plan, (policy, place) -> new Fragile(), corpora, TaskCounts.register(spark.sparkContext()));
    List<Row> rows = List.of(
        RowFactory.create("first", "{\"prompt\": \"hi\"}", "hi"),
        RowFactory.create("absent", null, null), // no line at all, which no reader of an input writes
        RowFactory.create("fragile", "{\"prompt\": \"hi\"}", "hi"),
        RowFactory.create("last", "{\"prompt\": \"hi\"}", "hi"));
    Map<String, Row> outcomes = new TreeMap<>();
    spark.createDataFrame(rows, INPUT)
        .coalesce(1)
        .mapPartitions(task, Schemas.encoder(OUTCOME))
        .collectAsList()
        .forEach(row -> assertThat(outcomes.put(row.getString(0), row)).as("Should come once: %s", row).isNull());
    assertThat(outcomes).containsOnlyKeys("first", "absent", "fragile", "last");
    assertThat(outcomes.get("first").getString(2)).isNotEmpty().isEqualTo(outcomes.get("last").getString(2));
    assertThat(outcomes.get("absent").getString(1)).isEqualTo("INTERNAL");
    assertThat(outcomes.get("absent").getString(2))
        .startsWith("reading the row failed, which is a defect of this program; please report it: "
            + "java.lang.IllegalArgumentException: ");
    assertThat(outcomes.get("fragile").getString(1)).isEqualTo("INTERNAL");
    assertThat(outcomes.get("fragile").getString(2)).isEqualTo(
        "writing down what was generated failed, which is a defect of this program; please report it: "
            + "java.lang.IndexOutOfBoundsException: index 7 of 7");
  }

  private static GenerateOptions options() {
    return GenerateOptions.of(Settings.layered(
        Command.GENERATE,
        Map.of(
            Key.INPUT, List.of("in"),
            Key.OUTPUT, List.of("out"),
            Key.TARGET, List.of(JobRun.SAMPLES.resolve("models/talon-demo/target").toString()),
            Key.THREADS, List.of("1"),
            Key.POLICY, List.of("ar"),
            Key.DTYPE, List.of("fp32"),
            Key.MAX_NEW_TOKENS, List.of("4")),
        null));
  }
}
