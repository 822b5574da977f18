package io.talon.job;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.conf.GenerateOptions;
import io.talon.conf.OutputFormat;
import io.talon.conf.RunOptions.Resume;
import io.talon.job.output.BatchOutput;
import io.talon.job.output.RunFiles;
import io.talon.job.output.RunRecord;
import io.talon.job.output.RunTables;
import io.talon.job.output.Totals;
import io.talon.job.output.WaveName;
import io.talon.job.progress.Progress;
import io.talon.job.waves.RunDirectory;
import io.talon.job.waves.RunIdentity;
import io.talon.job.waves.RunLease;
import io.talon.job.waves.StagedInput;
import io.talon.run.Manifest;
import io.talon.run.RunModels;
import io.talon.run.StopAt;
import io.talon.serve.EngineReport;
import io.talon.serve.ModelCheck;
import io.talon.serve.RunType;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/** The output of a run from its beginning to its end: whether it may be written, what of it is done, what is added at last. */
final class RunOutput {
  private static final String OPTIONS = "options";
  private static final String MODELS = "models";
  private static final String STAMPS = "model_stamps";
  private static final String DTYPE = "dtype";
  static final String DECODING_MS = "decoding_ms";

  private final SparkSession spark;
  private final GenerateOptions options;
  private final ModelCheck models;
  private final RunDirectory directory;
  private final SortedMap<String, String> identity;
  private final Manifest found; // null where the directory is new

  private RunOutput(
      SparkSession spark,
      GenerateOptions options,
      ModelCheck models,
      RunDirectory directory,
      SortedMap<String, String> identity,
      Manifest found) {
    this.spark = spark;
    this.options = options;
    this.models = models;
    this.directory = directory;
    this.identity = identity;
    this.found = found;
  }

  /** Looks at the output; BAD_OUTPUT where it is not free, and no run that these options may go on with. */
  static RunOutput of(SparkSession spark, GenerateOptions options, ModelCheck models) {
    RunDirectory directory = RunDirectory.of(options.output(), spark.sparkContext().hadoopConfiguration());
    Manifest found = directory.isEmpty() ? null : directory.manifest();
    Resume resume = options.run().resume();
    check(
        found != null || directory.isEmpty(),
        ErrorCode.BAD_OUTPUT,
        "output must be new, empty or hold this run, and holds other files; name another directory or remove it: %s",
        directory);
    check(
        found == null || resume != Resume.NEVER,
        ErrorCode.BAD_OUTPUT,
        "output holds a run already, and --resume never was given; name another directory or remove it: %s",
        directory);
    check(
        found != null || resume != Resume.REQUIRE && !options.run().retryQuarantined(),
        ErrorCode.BAD_OUTPUT,
        "there is no run to go on with in %s; name the output of one",
        directory);
    SortedMap<String, String> identity = RunIdentity.ofOptions(options, spark.sparkContext().hadoopConfiguration());
    RunOutput output = new RunOutput(spark, options, models, directory, identity, found);
    if (found != null) {
      output.checkOptions(found);
    }
    check(
        !options.run().retryQuarantined() || found.state().finished() || found.state() == Manifest.State.RETRYING,
        ErrorCode.BAD_OUTPUT,
        "the run in %s has not come to its end; finish it first, by the same command without --retry-quarantined",
        directory);
    return output;
  }

  RunDirectory directory() {
    return directory;
  }

  /** Whether nothing is left to do. */
  boolean isFinished() {
    return found != null && found.state().finished() && (!options.run().retryQuarantined() || quarantined() == 0);
  }

  /** Takes the run, and clears away what a driver that died has left. */
  RunLease take(Consumer<Manifest> beforeWriting) {
    RunLease lease = RunLease.take(
        directory,
        () -> Manifest.begin(RunRecord.newId(models.now()), models.now()).putGroup(OPTIONS, identity),
        beforeWriting);
    checkOptions(lease.manifest());
    if (directory.has(RunDirectory.RETIRED)) {
      for (int wave : directory.numbers(RunDirectory.RETIRED)) {
        String name = new WaveName(wave).toString();
        if (!directory.has(name)) {
          directory.rename(RunDirectory.RETIRED + "/" + name, name);
        }
      }
      directory.delete(RunDirectory.RETIRED);
    }
    directory.delete(RunDirectory.WORK);
    directory.makeHidden(RunDirectory.WORK);
    directory.makeHidden(RunDirectory.STRIKES);
    lease.update(manifest -> manifest.remove("error"));
    return lease;
  }

  /** The options with the type that the run was begun with. */
  GenerateOptions pinned(Manifest manifest) {
    String dtype = manifest.text(DTYPE);
    return dtype.isEmpty() ? options : options.withDtype(dtype);
  }

  /** Writes down what the models are, or refuses others than the run was begun with. */
  void settle(RunLease lease, RunModels found, RunType type) {
    SortedMap<String, String> now = RunIdentity.ofModels(options, found, type.dtype());
    SortedMap<String, String> recorded = lease.manifest().group(MODELS);
    if (!recorded.isEmpty()) {
      RunIdentity.check(directory, RunIdentity.differences(recorded, now));
    }
    lease.update(
        manifest -> manifest.putGroup(MODELS, now).put(DTYPE, type.dtype()).putGroup(STAMPS, stamps()));
  }

  /** Refuses other models than a finished run had; reads every byte only of files that have changed in size or time. */
  void checkModels() {
    if (!found.group(STAMPS).equals(stamps())) {
      RunModels now = RunModels.read(options.models(), models.models());
      RunIdentity.check(
          directory,
          RunIdentity.differences(found.group(MODELS), RunIdentity.ofModels(options, now, found.text(DTYPE))));
    }
  }

  /** Waves that are there; where a rename is a copy, only those that the manifest lists are whole, and others go. */
  TreeSet<Integer> committed(Manifest manifest) {
    TreeSet<Integer> waves = directory.waves();
    if (!directory.renamesAtOnce()) {
      TreeSet<Integer> unknown = new TreeSet<>(waves);
      unknown.removeAll(manifest.committed());
      unknown.forEach(wave -> directory.delete(new WaveName(wave).toString()));
      waves.removeAll(unknown);
    }
    return waves;
  }

  /** Sums over waves, by category. */
  SortedMap<String, Totals> totals(Iterable<Integer> waves) {
    SortedMap<String, Totals> sum = new TreeMap<>();
    for (int wave : waves) {
      sum = RunFiles.plus(sum, directory.read(new WaveName(wave) + "/" + RunFiles.TOTALS));
    }
    return sum;
  }

  /** What drivers before this one have done. */
  Progress progress(Iterable<Integer> waves) {
    Totals total = total(totals(waves));
    return Progress.of(total.prompts(), total.quarantined(), total.generations(), total.tokens(), total.rounds(),
        total.roundTokens());
  }

  /** Waves with bad rows. */
  List<Integer> badWaves() {
    return directory.waves().stream().filter(wave -> total(totals(List.of(wave))).quarantined() > 0).toList();
  }

  /** Bad rows of all waves. */
  long quarantined() {
    return total(totals(directory.waves())).quarantined();
  }

  /** Adds what belongs to the run as a whole, says that it is done, and removes what only served to get there. */
  void finish(
      RunLease lease, RunRecord run, StagedInput input, Duration decoding, Collection<EngineReport> engines) {
    StopAt.here().reached(StopAt.FINISHING, 0);
    Totals total = total(totals(directory.waves()));
    if (options.format() == OutputFormat.OPENAI_BATCH) {
      RunFiles.writeLines(
          BatchOutput.lines(RunTables.of(spark, directory.toString()), run.responses()),
          directory.path(RunDirectory.WORK + "/lines"));
      directory.renameParts(RunDirectory.WORK + "/lines", RunDirectory.WORK + "/" + RunFiles.RESPONSES, ".jsonl");
      replace(RunFiles.RESPONSES);
    }
    RunFiles.writeRun(
        spark,
        run.ended(Instant.now(), total, decoding, engines, spark.version()),
        directory.path(RunDirectory.WORK + "/" + RunTables.RUNS));
    replace(RunTables.RUNS);
    Manifest.State state = total.quarantined() == 0 ? Manifest.State.DONE : Manifest.State.DONE_WITH_QUARANTINE;
    lease.update(manifest -> manifest
        .state(state)
        .put(DECODING_MS, decoding.toMillis())
        .put("ended", Instant.now().toString())
        .put("rows_done", total.prompts() + total.quarantined())
        .put("rows_quarantined", total.quarantined())
        .put("generations", total.generations())
        .put("tokens", total.tokens()));
    directory.delete(RunDirectory.WORK);
    directory.delete(RunDirectory.RETIRED);
    directory.delete(RunDirectory.STRIKES);
    keepInputOfBadRows(input);
  }

  /** Wall-clock time of the decoding of all drivers, as far as they came to write it down. */
  static Duration decoding(Manifest manifest) {
    String millis = manifest.text(DECODING_MS);
    return millis.isEmpty() ? Duration.ZERO : Duration.ofMillis(Long.parseLong(millis));
  }

  /** Says what went wrong; of a run that has not come so far as to have its input, nothing stays. */
  void failed(RunLease lease, String error) {
    if (directory.has(RunDirectory.INPUT) || !directory.waves().isEmpty()) {
      lease.update(manifest -> manifest.state(Manifest.State.FAILED).put("error", error));
    } else {
      lease.withdraw();
      directory.delete(RunDirectory.READING);
      directory.delete(RunDirectory.WORK);
      directory.delete(RunDirectory.STRIKES);
    }
  }

  /** What a run that was finished before came to. */
  GenerateJob.Result result(PrintStream out) {
    SortedMap<String, Totals> byCategory = totals(directory.waves());
    out.printf(
        "run %s in %s is finished: %s; there is nothing to do%n", found.runId(), directory, found.state().label());
    return new GenerateJob.Result(byCategory, total(byCategory), Duration.ZERO, decoding(found), 0, true);
  }

  /** What a run came to that this driver has finished. */
  GenerateJob.Result result(Duration decoding, Duration whole, long tokens) {
    SortedMap<String, Totals> byCategory = totals(directory.waves());
    return new GenerateJob.Result(byCategory, total(byCategory), decoding, whole, tokens, false);
  }

  private void checkOptions(Manifest manifest) {
    List<String> differences = RunIdentity.differences(manifest.group(OPTIONS), identity);
    String dtype = manifest.text(DTYPE);
    if (!dtype.isEmpty() && !options.models().dtype().matches("auto|" + dtype)) {
      differences.add("--dtype was " + dtype + " and is " + options.models().dtype());
    }
    RunIdentity.check(directory, differences);
  }

  private SortedMap<String, String> stamps() {
    SortedMap<String, String> stamps = new TreeMap<>();
    stamps.put("target", RunIdentity.stamp(models.models().target()));
    if (models.models().hasDraft() && !options.models().exact()) {
      stamps.put("draft", RunIdentity.stamp(models.models().draft()));
    }
    return stamps;
  }

  private void replace(String name) {
    directory.delete(name);
    directory.rename(RunDirectory.WORK + "/" + name, name);
  }

  private void keepInputOfBadRows(StagedInput input) {
    List<Integer> bad = badWaves();
    if (bad.isEmpty()) {
      directory.delete(RunDirectory.INPUT);
      return;
    }
    input.waves().stream().filter(wave -> !bad.contains(wave)).forEach(wave -> directory.delete(StagedInput.place(wave)));
  }

  private static Totals total(SortedMap<String, Totals> byCategory) {
    return byCategory.values().stream().reduce(Totals.NONE, Totals::plus);
  }
}
