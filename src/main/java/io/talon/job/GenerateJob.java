package io.talon.job;

import io.talon.conf.GenerateOptions;
import io.talon.conf.OutputFormat;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.job.input.Input;
import io.talon.job.models.RunCorpus;
import io.talon.job.output.BatchOutput;
import io.talon.job.output.OutputTables;
import io.talon.job.output.RunRecord;
import io.talon.job.output.Schemas;
import io.talon.job.output.StagingRows;
import io.talon.job.output.Totals;
import io.talon.job.progress.EngineReports;
import io.talon.job.progress.ErrorLimit;
import io.talon.job.progress.ProgressAccumulator;
import io.talon.job.progress.ProgressLine;
import io.talon.request.BatchRequests;
import io.talon.request.Columns;
import io.talon.serve.ModelCheck;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** {@code talon generate}: check everything, decode every row once, split the result into tables, sum up. */
public final class GenerateJob {
  /**
   * What a run came to.
   *
   * @param total over all categories
   * @param decoding wall-clock time of the decoding
   */
  public record Result(SortedMap<String, Totals> byCategory, Totals total, Duration decoding) {}

  private final SparkSession spark;
  private final GenerateOptions options;
  private final ModelCheck models;
  private final PrintStream out;
  private final PrintStream progressOut;

  /**
   * @param models what was found in the model directories
   * @param out takes what is known before the first row
   * @param progressOut takes the progress line
   */
  public GenerateJob(Session session, GenerateOptions options, ModelCheck models, PrintStream out, PrintStream progressOut) {
    spark = session.spark();
    this.options = options;
    this.models = models;
    this.out = out;
    this.progressOut = progressOut;
  }

  /** Runs the job. */
  public Result run() {
    OutputTables.checkFree(options.output(), spark.sparkContext().hadoopConfiguration());
    List<SuffixIndex> corpora = new RunCorpus(models).read(spark, options.models().drafts().runs());
    try (Preparation preparation = new Preparation(spark, options, models, corpora);
        Input input = Input.read(spark, options.input())) {
      models.checkServes(input.columns(), options.input().prompts());
      preparation
          .engine()
          .ifPresent(spec -> out.printf("target on %s in %s, %d threads%n", spec.device(), spec.dtype(), spec.threads()));
      RunRecord run = RunRecord.begin(models, options, preparation.type(), preparation.models());
      StructType generations = Schemas.generations(input.passThrough());
      OutputTables tables = new OutputTables(spark, options.output(), run.runId(), generations);
      try {
        return decode(input, corpora, tables, generations, run);
      } catch (RuntimeException e) {
        tables.removeAll();
        throw e;
      }
    }
  }

  private Result decode(
      Input input, List<SuffixIndex> corpora, OutputTables tables, StructType generations, RunRecord run) {
    Partitions partitions = Partitions.of(input, options, spark.sparkContext().defaultParallelism());
    describe(input, partitions);
    ProgressAccumulator progress = new ProgressAccumulator();
    EngineReports engines = new EngineReports();
    SparkContext context = spark.sparkContext();
    context.register(progress, "progress");
    context.register(engines, "engines");
    Broadcast<List<SuffixIndex>> sharedCorpora = JavaSparkContext.fromSparkContext(context).broadcast(corpora);
    DecodePartition task =
        new DecodePartition(
            TaskPlan.of(options, input.columns(), run.type(), models.now()),
            StagingRows::new,
            sharedCorpora,
            progress,
            engines);
    Dataset<Row> decoded =
        partitions.rows().mapPartitions(task, Encoders.row(Schemas.staging(generations)));
    Instant decodingStarted = Instant.now();
    stage(tables, decoded, progress, input.count());
    Duration decoding = Duration.between(decodingStarted, Instant.now());
    tables.split();
    if (options.format() == OutputFormat.OPENAI_BATCH) {
      tables.writeResponses(BatchOutput.lines(tables.staged(), run.responses()));
    }
    SortedMap<String, Totals> byCategory = Totals.byCategory(tables.staged(), input.columns().category());
    Totals total = byCategory.values().stream().reduce(Totals.NONE, Totals::plus);
    tables.writeRun(run.ended(Instant.now(), total, decoding, engines.value().values(), spark.version()));
    tables.removeStaging();
    return new Result(byCategory, total, decoding);
  }

  /** Writes the staging table under the eyes of the progress line, which calls the job off when too many rows are bad. */
  private void stage(OutputTables tables, Dataset<Row> decoded, ProgressAccumulator progress, long total) {
    ErrorLimit limit = new ErrorLimit(options.maxErrorRate());
    try (ProgressLine line = ProgressLine.ofJobs(spark.sparkContext(), progress, total, limit, progressOut)) {
      try {
        tables.stage(decoded);
      } catch (Exception e) { // Scala code throws checked exceptions that it does not declare
        limit.check(line.current());
        throw e;
      }
    }
    limit.check(progress.value());
  }

  private void describe(Input input, Partitions partitions) {
    out.printf(
        Locale.ROOT,
        "policy %s, budget %d, batch %d; %d rows of column %s in %d partitions%n%s%n",
        options.draft().policy().label(),
        options.draft().budget(),
        options.batch(),
        input.count(),
        input.columns().prompt(),
        partitions.count(),
        options.changes());
    models.notes().forEach(out::println);
    List<String> overriding = Columns.overriding(input.columns().kind(), input.passThrough().fieldNames());
    if (!overriding.isEmpty()) {
      out.println("note: columns of the input that go before options: " + String.join(", ", overriding));
    }
    List<String> ignored = BatchRequests.ignoredFields(input.requestFields());
    if (!ignored.isEmpty()) {
      out.println("note: fields of the requests that are passed over: " + String.join(", ", ignored));
    }
  }
}
