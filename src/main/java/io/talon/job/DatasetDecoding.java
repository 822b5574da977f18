package io.talon.job;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.conf.GenerateOptions;
import io.talon.conf.Settings;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.job.input.Input;
import io.talon.job.models.ModelSources;
import io.talon.job.models.RunCorpus;
import io.talon.job.output.GenerationColumn;
import io.talon.job.output.Schemas;
import io.talon.job.progress.TaskCounts;
import io.talon.request.Columns;
import io.talon.serve.ModelCheck;
import io.talon.serve.RunType;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes the rows of a caller's dataset, in the caller's session and with the tasks of the job.
 *
 * <p>What can be known is checked when this is made: models, and what to compute in. The rows wait for an action.
 */
public final class DatasetDecoding {
  /**
   * A dataset before its rows are decoded.
   *
   * @param rows what the task takes
   * @param task decodes a partition
   * @param schema of what comes out of it
   */
  public record Prepared(Dataset<Row> rows, MapPartitionsFunction<Row, Row> task, StructType schema) {}

  private static final Logger LOG = LoggerFactory.getLogger(DatasetDecoding.class);

  private final SparkSession spark;
  private final GenerateOptions options;
  private final ModelCheck models;
  private final Broadcast<List<SuffixIndex>> corpora;
  private final RunType type;

  /** Checks models and device; throws at the first thing that is wrong. */
  public DatasetDecoding(SparkSession spark, Settings settings) {
    this.spark = spark;
    ModelSources sources = new ModelSources(GenerateOptions.of(settings).models().sources(), note -> {});
    options = GenerateOptions.of(sources.pinned(settings));
    models = ModelCheck.of(sources.onThisNode(options.models()), List.of(options.draft()), Instant.now());
    corpora = JavaSparkContext.fromSparkContext(spark.sparkContext())
        .broadcast(new RunCorpus(options.models(), models, LOG::info).read(spark));
    type = Session.isLocal(spark.sparkContext().master())
        ? RunType.here(options.models(), options.models().firstDevice(), ExecutorPlace.current().toString())
        : EngineProbe.onOneExecutor(spark, TaskPlan.undecided(options, models.now()), corpora).type();
  }

  /** Whether this serves a session, which must not have ended. */
  public boolean serves(SparkSession session) {
    return session == spark && !session.sparkContext().isStopped();
  }

  /**
   * The table that comes out: the columns as they were and one more.
   *
   * @throws io.talon.TalonException BAD_INPUT where the columns cannot be used
   */
  public static StructType schema(StructType table, String outputColumn) {
    check(
        Arrays.stream(table.fieldNames())
            .noneMatch(name -> name.toLowerCase(Locale.ROOT).equals(outputColumn.toLowerCase(Locale.ROOT))),
        ErrorCode.BAD_INPUT,
        "the dataset has a column %s already; name another for what is generated: %s",
        outputColumn,
        Arrays.toString(table.fieldNames()));
    return table.add(outputColumn, GenerationColumn.SCHEMA);
  }

  /** The rows of a table, each with what was generated; several rows where it asks for several samples or turns. */
  public Dataset<Row> decode(Dataset<Row> table, String outputColumn) {
    Prepared prepared = prepare(table, outputColumn);
    return prepared.rows().mapPartitions(prepared.task(), Schemas.encoder(prepared.schema()));
  }

  /** Checks the columns of a table. */
  public Prepared prepare(Dataset<Row> table, String outputColumn) {
    StructType schema = schema(table.schema(), outputColumn);
    Columns columns = Columns.find(options.input(), table.columns());
    models.checkServes(columns, options.input().prompts());
    SparkContext context = spark.sparkContext();
    DecodePartition task = new DecodePartition(
        TaskPlan.of(options, columns, 0, type, models.now()),
        (policy, place) -> new GenerationColumn(),
        corpora,
        TaskCounts.register(context));
    return new Prepared(
        Input.rows(table, columns.id(), columns.read(options.input(), table.columns())), task, schema);
  }
}
