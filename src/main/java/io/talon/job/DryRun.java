package io.talon.job;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.GenerateOptions;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.job.input.Input;
import io.talon.job.models.ModelSources;
import io.talon.job.models.RunCorpus;
import io.talon.job.output.Schemas;
import io.talon.job.output.StagingRows;
import io.talon.job.progress.TaskCounts;
import io.talon.job.waves.StagedInput;
import io.talon.request.RowReader;
import io.talon.request.RowRequest;
import io.talon.serve.ModelCheck;
import io.talon.serve.ModelText;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** {@code talon generate --dry-run}: reads and checks every row, decodes a few, says what a run would do, and writes nothing. */
public final class DryRun {
  private static final int PROBED_BATCHES = 2;
  private static final StructType CHECKED = new StructType()
      .add("rows", DataTypes.LongType, false)
      .add("bad", DataTypes.LongType, false)
      .add("tokens", DataTypes.LongType, false)
      .add("requests", DataTypes.LongType, false)
      .add("example", DataTypes.StringType, true);

  private final SparkSession spark;
  private final GenerateOptions options;
  private final ModelCheck models;
  private final PrintStream out;

  /** Takes what {@link GenerateJob} takes, and a place for the plan. */
  public DryRun(Session session, GenerateOptions options, ModelCheck models, PrintStream out) {
    spark = session.spark();
    this.options = options;
    this.models = models;
    this.out = out;
  }

  /** Prints the plan. */
  public void run() {
    RunOutput output = RunOutput.of(spark, options, models);
    List<SuffixIndex> corpora = new RunCorpus(options.models(), models, out::println).read(spark);
    Broadcast<List<SuffixIndex>> shared = JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(corpora);
    try (Preparation preparation = new Preparation(spark, options, models, shared);
        Input input = Input.read(spark, options.input())) {
      models.checkServes(input.columns(), options.input().prompts());
      TaskPlan plan = TaskPlan.of(options, input.columns(), input.count(), preparation.type(), models.now());
      StagedInput.Cut cut = Cutting.of(spark.sparkContext()).cut(input.count(), options);
      out.printf(
          Locale.ROOT,
          "%d rows of column %s in %d waves and about %d partitions of %d rows%s%n",
          input.count(),
          input.columns().prompt(),
          cut.waves(),
          (input.count() + cut.unitRows() - 1) / cut.unitRows(),
          cut.unitRows(),
          output.isFinished() ? "; the output holds this run, finished" : "");
      input.columns().notes(input.passThrough().fieldNames()).forEach(out::println);
      Row checked = check(input, plan);
      long rows = checked.getLong(0);
      long good = rows - checked.getLong(1);
      out.printf(
          Locale.ROOT,
          "%d of them are bad%s; the others have %d prompt tokens in their first turns and ask for %d samples%n",
          checked.getLong(1),
          checked.isNullAt(4) ? "" : " (" + checked.getString(4) + ")",
          checked.getLong(2),
          checked.getLong(3));
      if (good > 0) {
        estimate(input, plan, shared, good);
      }
      out.println("nothing was written");
    } finally {
      shared.destroy();
    }
  }

  private static Row check(Input input, TaskPlan plan) {
    MapPartitionsFunction<Row, Row> check = rows -> check(rows, plan);
    return input
        .rows()
        .mapPartitions(check, Schemas.encoder(CHECKED))
        .selectExpr("sum(rows)", "sum(bad)", "sum(tokens)", "sum(requests)", "first(example, true)")
        .head();
  }

  private static Iterator<Row> check(Iterator<Row> rows, TaskPlan plan) {
    String directory = new ModelSources(plan.models().sources(), note -> {}).onThisNode(plan.models()).target();
    ModelText text = ModelText.shared(directory, plan.now());
    RowReader reader = new RowReader(plan.columns(), plan.prompts(), plan.text());
    long all = 0;
    long bad = 0;
    long tokens = 0;
    long requests = 0;
    String example = null;
    while (rows.hasNext()) {
      all++;
      try {
        RowRequest request = reader.read(Input.row(rows.next()).json());
        tokens += text.encode(text.prompt(request.conversation().opening(), request.conversation().variables())).length;
        requests += request.text().samples();
      } catch (TalonException e) {
        bad++;
        example = example == null ? e.code() + ": " + TalonException.firstLine(e) : example;
      }
    }
    return List.of(RowFactory.create(all, bad, tokens, requests, example)).iterator();
  }

  /** From a few rows in one task: how long all would take on the tasks that the cluster runs at a time, if all go as these. */
  private void estimate(Input input, TaskPlan plan, Broadcast<List<SuffixIndex>> corpora, long good) {
    SparkContext context = spark.sparkContext();
    DecodePartition task = new DecodePartition(plan, StagingRows::new, corpora, TaskCounts.register(context));
    int probed = PROBED_BATCHES * options.batch();
    Dataset<Row> decoded = input
        .rows()
        .limit(probed)
        .coalesce(1)
        .mapPartitions(task, Schemas.encoder(Schemas.staging(Schemas.generations(input.passThrough()))));
    List<Row> generations = decoded
        .where("generation is not null")
        .selectExpr("generation.prompt_id", "generation.completion_tokens", "generation.prefill_ms + generation.decode_ms")
        .collectAsList();
    if (generations.isEmpty()) {
      throw new TalonException(
          ErrorCode.JOB, "none of the first " + probed + " rows could be decoded; a run would put them into quarantine");
    }
    long rows = generations.stream().map(row -> row.getString(0)).distinct().count();
    long tokens = generations.stream().mapToLong(row -> row.getInt(1)).sum();
    double millis = generations.stream().mapToDouble(row -> row.getDouble(2)).sum() / options.batch();
    int engines = Math.max(1, context.getExecutorMemoryStatus().size() - 1); // the driver is among them
    Duration all = Duration.ofMillis(Math.round(millis / rows * good / engines));
    out.printf(
        Locale.ROOT,
        "%d rows were decoded: %.0f tokens each; all would be about %d tokens and take about %d:%02d:%02d on %d engine%s, "
            + "if all are like these%n",
        rows,
        (double) tokens / rows,
        Math.round((double) tokens / rows * good),
        all.toHours(),
        all.toMinutesPart(),
        all.toSecondsPart(),
        engines,
        engines == 1 ? "" : "s");
  }
}
