package io.talon.job;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.audit.AuditedRow;
import io.talon.audit.Auditor;
import io.talon.audit.PlainDecoder;
import io.talon.audit.Verdict;
import io.talon.conf.AuditOptions;
import io.talon.conf.ModelOptions;
import io.talon.conf.Settings;
import io.talon.conf.Share;
import io.talon.engine.EngineSpec;
import io.talon.job.models.ModelSources;
import io.talon.job.progress.Progress;
import io.talon.job.progress.ProgressLine;
import io.talon.serve.Background;
import io.talon.serve.ModelHash;
import io.talon.serve.ModelText;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.ReduceFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * {@code talon audit}: decodes a sample of a finished run's generations again, plainly, one at a time, on an engine of its own
 * on the driver, and says which of them are what plain decoding writes.
 *
 * <p>The sample goes through one row at a time, so nothing here grows with the run.
 */
public final class AuditJob {
  private static final int SHOWN = 10;

  private final String directory;
  private final Settings settings;
  private final AuditOptions options;
  private final PrintStream out;
  private final PrintStream progressOut;

  /**
   * @param directory output of the run
   * @param out takes the result
   * @param progressOut takes the progress line
   */
  public AuditJob(String directory, Settings settings, PrintStream out, PrintStream progressOut) {
    this.directory = directory;
    this.settings = settings;
    this.options = AuditOptions.of(settings);
    this.out = out;
    this.progressOut = progressOut;
  }

  /** Runs the audit; says whether nothing is wrong. */
  public boolean run(Session session) {
    SparkSession spark = session.spark();
    FinishedRun run = FinishedRun.read(spark, directory);
    ModelOptions pinned = ModelOptions.ofAudit(run.complete(settings), run.dtype(), run.exact(), run.maxContext());
    ModelOptions here = new ModelSources(pinned.sources(), progressOut::println).onThisNode(pinned);
    CompletableFuture<String> hash = Background.start("talon-hash-models", () -> ModelHash.of(Path.of(here.target())));
    long all = run.generations().count();
    Dataset<Row> sample = sample(run);
    long count = sample.count();
    checkSameModel(run, pinned, Background.result(hash));
    try (PlainDecoder decoder = PlainDecoder.open(here)) {
      EngineSpec spec = decoder.spec();
      out.printf(
          "run %s: target %s on %s in %s, exact %s, %d threads%n",
          run.runId(), pinned.target(), spec.device(), spec.dtype(), run.exact() ? "on" : "off", spec.threads());
      out.printf("%d of %d generations are decoded again, plainly%n", count, all);
      return judge(sample, count, decoder, ModelText.shared(here.target(), Instant.EPOCH));
    }
  }

  /** The rows whose place is within the share, or if there is none the first of all. */
  private Dataset<Row> sample(FinishedRun run) {
    long seed = options.seed();
    Dataset<Row> rows = AuditTable.select(run.generations());
    Share share = options.sample();
    FilterFunction<Row> chosen = row -> share.covers(AuditTable.place(row, seed));
    Dataset<Row> sample = rows.filter(chosen);
    if (sample.isEmpty() && !rows.isEmpty()) {
      ReduceFunction<Row> first =
          (one, other) -> Long.compareUnsigned(AuditTable.place(one, seed), AuditTable.place(other, seed)) <= 0 ? one : other;
      Row nearest = rows.select("prompt_id", "sample_idx", "turn_idx").reduce(first);
      long place = AuditTable.place(nearest, seed);
      FilterFunction<Row> same = row -> AuditTable.place(row, seed) == place;
      sample = rows.filter(same);
    }
    return sample.orderBy("prompt_id", "sample_idx", "turn_idx");
  }

  private static void checkSameModel(FinishedRun run, ModelOptions models, String found) {
    check(
        run.target().sha256().equals(found),
        ErrorCode.MODEL_FILE,
        "the files in %s are not those of the run: their hash is %s, and the run recorded %s for %s; give the model that "
            + "the run had with --target",
        models.target(),
        found,
        run.target().sha256(),
        run.target().reference());
  }

  private boolean judge(Dataset<Row> sample, long count, PlainDecoder decoder, ModelText text) {
    AtomicReference<Progress> progress = new AtomicReference<>(Progress.NONE);
    Auditor auditor = new Auditor(
        decoder, text, plain -> progress.updateAndGet(before -> before.plus(Progress.of(plain))));
    Map<Verdict.Kind, Integer> counts = new EnumMap<>(Verdict.Kind.class);
    int shown = 0;
    ProgressLine line = new ProgressLine(count, progress::get, progressOut);
    try {
      for (Iterator<Row> rows = sample.toLocalIterator(); rows.hasNext();) {
        AuditedRow row = AuditTable.row(rows.next());
        Verdict verdict = auditor.judge(row);
        counts.merge(verdict.kind(), 1, Integer::sum);
        progress.updateAndGet(before -> before.plus(Progress.ROW));
        if (verdict.kind() != Verdict.Kind.EQUAL && shown++ < SHOWN) {
          out.printf(
              "%s: prompt %s, sample %d, turn %d: %s%n",
              verdict.kind().label(), row.promptId(), row.sampleIdx(), row.turnIdx(), verdict.detail());
        }
      }
    } finally {
      line.close();
    }
    if (shown > SHOWN) {
      out.printf("and %d more%n", shown - SHOWN);
    }
    int wrong = counts.getOrDefault(Verdict.Kind.WRONG, 0);
    out.printf(
        "%d equal, %d near ties, %d wrong%n",
        counts.getOrDefault(Verdict.Kind.EQUAL, 0), counts.getOrDefault(Verdict.Kind.NEAR_TIE, 0), wrong);
    return wrong == 0;
  }
}
