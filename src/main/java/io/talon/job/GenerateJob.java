package io.talon.job;

import io.talon.TalonException;
import io.talon.conf.GenerateOptions;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.job.input.Input;
import io.talon.job.models.RunCorpus;
import io.talon.job.output.RunRecord;
import io.talon.job.output.Totals;
import io.talon.job.progress.EngineReports;
import io.talon.job.progress.ErrorLimit;
import io.talon.job.progress.Progress;
import io.talon.job.progress.ProgressAccumulator;
import io.talon.job.progress.ProgressLine;
import io.talon.job.progress.RunMetrics;
import io.talon.job.waves.Manifest;
import io.talon.job.waves.RunDirectory;
import io.talon.job.waves.RunLease;
import io.talon.job.waves.StagedInput;
import io.talon.job.waves.StopAt;
import io.talon.job.waves.WaveLoop;
import io.talon.request.BatchRequests;
import io.talon.request.Columns;
import io.talon.serve.ModelCheck;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * {@code talon generate}: check everything, write the input down in waves, decode and commit each, sum up. The same command
 * again goes on where the last one ended.
 */
public final class GenerateJob {
  /**
   * What a run came to.
   *
   * @param total over all categories
   * @param decoding wall-clock time of the decoding
   * @param tokens generated in that time, by this driver
   * @param finishedBefore whether there was nothing to do
   */
  public record Result(
      SortedMap<String, Totals> byCategory, Totals total, Duration decoding, long tokens, boolean finishedBefore) {}

  private final SparkSession spark;
  private final GenerateOptions options;
  private final ModelCheck models;
  private final PrintStream out;
  private final PrintStream progressOut;
  private final AtomicReference<Supplier<Progress>> current = new AtomicReference<>(() -> Progress.NONE);

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
    RunOutput output = RunOutput.of(spark, options, models);
    if (output.isFinished()) {
      output.checkModels();
      return output.result(out);
    }
    try (RunLease lease = output.take(this::beat)) {
      try {
        return run(output, lease);
      } catch (Exception e) { // Scala code throws checked exceptions that it does not declare
        output.failed(lease, TalonException.firstLine(e));
        throw e;
      }
    }
  }

  private Result run(RunOutput output, RunLease lease) {
    Manifest manifest = lease.manifest();
    ModelCheck pinned = models.at(manifest.started());
    GenerateOptions pinnedOptions = output.pinned(manifest);
    List<SuffixIndex> corpora = new RunCorpus(pinned).read(spark, options.models().drafts().runs());
    try (Preparation preparation = new Preparation(spark, pinnedOptions, pinned, corpora)) {
      StagedInput input = staged(output.directory());
      preparation
          .engine()
          .ifPresent(spec -> out.printf("target on %s in %s, %d threads%n", spec.device(), spec.dtype(), spec.threads()));
      output.settle(lease, preparation.models(), preparation.type());
      RunRecord run = RunRecord.of(manifest.runId(), pinned, pinnedOptions, preparation.type(), preparation.models());
      EngineReports engines = new EngineReports();
      Broadcast<List<SuffixIndex>> shared = JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(corpora);
      ProgressAccumulator progress = new ProgressAccumulator();
      TaskPlan plan = TaskPlan.of(pinnedOptions, input.columns(), input.rows(), run.type(), pinned.now());
      Duration decoding = decode(output, lease, input, new DecodePartition(plan, shared, progress, engines), progress, engines);
      output.finish(lease, run, input, engines.value().values());
      shared.destroy();
      return output.result(decoding, progress.value().tokens());
    }
  }

  private StagedInput staged(RunDirectory directory) {
    StagedInput staged;
    if (StagedInput.isThere(directory)) {
      staged = StagedInput.open(directory, options);
      models.checkServes(staged.columns());
    } else {
      try (Input input = Input.read(spark, options.input())) {
        models.checkServes(input.columns());
        StagedInput.Cut cut = Cutting.of(spark.sparkContext()).cut(input.count(), options);
        staged = StagedInput.write(directory, input, cut, options, StopAt.here());
      }
    }
    return staged;
  }

  /** Decodes what is left, under the eyes of the progress line, which calls the job off when too many rows are bad. */
  private Duration decode(
      RunOutput output,
      RunLease lease,
      StagedInput input,
      DecodePartition task,
      ProgressAccumulator progress,
      EngineReports engines) {
    SparkContext context = spark.sparkContext();
    context.register(progress); // without names: Spark keeps the text of a named one for every task
    context.register(engines);
    TreeSet<Integer> committed = output.committed(lease.manifest());
    Progress before = options.run().retryQuarantined() ? Progress.NONE : output.progress(committed);
    List<Integer> todo = new ArrayList<>(input.waves());
    if (options.run().retryQuarantined()) {
      todo.retainAll(output.badWaves());
    } else {
      todo.removeAll(committed);
    }
    describe(input, todo, committed.size());
    lease.update(manifest -> manifest.state(
        options.run().retryQuarantined() ? Manifest.State.RETRYING : Manifest.State.DECODING).put("rows", input.rows()));
    ErrorLimit limit = new ErrorLimit(options.maxErrorRate());
    WaveLoop loop = new WaveLoop(context, lease.manifest().runId());
    Instant started = Instant.now();
    long total = options.run().retryQuarantined() ? output.quarantined() : input.rows();
    try (ProgressLine line = ProgressLine.ofJobs(context, progress, before, total, limit, progressOut)) {
      current.set(line::current);
      RunMetrics metrics = RunMetrics.ofRun(line::current);
      Runnable whenStaged = () -> limit.check(before.plus(progress.value()));
      WaveWork work = new WaveWork(
          spark, output.directory(), lease, input, task, loop, whenStaged, StopAt.here());
      try {
        loop.run(todo, options.run().retryQuarantined() ? work::retry : work::decode);
      } catch (Exception e) { // Scala code throws checked exceptions that it does not declare
        limit.check(line.current());
        throw e;
      } finally {
        metrics.close();
      }
    }
    return Duration.between(started, Instant.now());
  }

  private void beat(Manifest manifest) {
    Progress progress = current.get().get();
    manifest
        .put("rows_done", progress.rows())
        .put("rows_quarantined", progress.badRows())
        .put("generations", progress.generations())
        .put("tokens", progress.tokens());
  }

  private void describe(StagedInput input, List<Integer> todo, int committed) {
    out.printf(
        Locale.ROOT,
        "policy %s, budget %d, batch %d; %d rows of column %s in %d partitions%s%n%s%n",
        options.draft().policy().label(),
        options.draft().budget(),
        options.batch(),
        input.rows(),
        input.columns().prompt(),
        todo.stream().mapToInt(input::units).sum(),
        input.waves().size() == 1 ? "" : " of " + input.waves().size() + " waves",
        options.changes());
    if (options.run().retryQuarantined()) {
      out.println("bad rows of " + todo.size() + " waves are decoded again");
    } else if (committed > 0) {
      out.println("resumed: " + committed + " waves are committed, " + todo.size() + " are left");
    }
    models.notes().forEach(out::println);
    List<String> overriding = Columns.overriding(input.columns().kind(), input.passThrough().fieldNames());
    if (!overriding.isEmpty()) {
      out.println("note: columns of the input that go before options: " + String.join(", ", overriding));
    }
    List<String> ignored =
        BatchRequests.ignoredFields(Input.requestFields(input.columns().kind(), input.passThrough()));
    if (!ignored.isEmpty()) {
      out.println("note: fields of the requests that are passed over: " + String.join(", ", ignored));
    }
  }
}
