package io.talon.job.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;

/**
 * Prints how far the decoding is: rewrites one line on a terminal, else adds a line a minute. Calls the decoding off
 * when too many rows are bad.
 */
public final class ProgressLine implements AutoCloseable {
  /** Set by the scripts where standard error is a terminal; Java cannot find out by itself. */
  static final String TERMINAL = "talon.terminal";

  private static final long LOOK_MILLIS = 500;
  private static final long FIRST_LOG_LOOK = 10; // in looks
  private static final long LOG_LOOKS = 120;

  /** Group of the jobs that are called off when too many rows are bad. */
  public static final String JOB_GROUP = "talon-decode";

  private final Supplier<Progress> state;
  private final Runnable ended;
  private final Progress before;
  private final long total;
  private final PrintStream out;
  private final boolean terminal = Boolean.getBoolean(TERMINAL);
  private final long startNanos = System.nanoTime();
  private long looks; // of the timer's thread
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
    Thread thread = new Thread(task, "talon-progress");
    thread.setDaemon(true);
    return thread;
  });

  /**
   * Starts printing.
   *
   * @param total input rows
   */
  public ProgressLine(long total, Supplier<Progress> state, PrintStream out) {
    this(Progress.NONE, total, state, shown -> {}, () -> {}, out);
  }

  private ProgressLine(
      Progress before, long total, Supplier<Progress> state, Consumer<Progress> observer, Runnable ended, PrintStream out) {
    this.state = state;
    this.ended = ended;
    this.before = before;
    this.total = total;
    this.out = out;
    timer.scheduleWithFixedDelay(
        () -> {
          Progress progress = current();
          if (terminal || looks % LOG_LOOKS == FIRST_LOG_LOOK) {
            print(progress);
          }
          looks++;
          observer.accept(progress);
        },
        LOOK_MILLIS,
        LOOK_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  /**
   * Starts printing, for the jobs of {@link #JOB_GROUP}.
   *
   * @param ended sums the progress of tasks that have ended
   * @param before what was done before they began; it takes no part in speed and time left
   * @param total input rows
   */
  public static ProgressLine ofJobs(
      SparkContext context, ProgressAccumulator ended, Progress before, long total, ErrorLimit limit, PrintStream out) {
    ProgressListener listener = new ProgressListener(ended);
    context.addSparkListener(listener);
    return new ProgressLine(
        before,
        total,
        () -> before.plus(listener.current()),
        progress -> {
          if (limit.exceeded(progress)) {
            context.cancelJobGroup(JOB_GROUP);
          }
        },
        () -> context.removeSparkListener(listener),
        out);
  }

  /** The progress so far; of jobs, that of ended tasks and running ones together. */
  public Progress current() {
    return state.get();
  }

  /** Stops printing; the line makes room for what follows. */
  @Override
  public void close() {
    timer.shutdownNow();
    if (terminal) {
      out.print("\r\u001b[K");
      out.flush();
    }
    ended.run();
  }

  private void print(Progress progress) {
    String text = text(progress, before, total, Duration.ofNanos(System.nanoTime() - startNanos));
    if (terminal) {
      out.print("\r" + text + "\u001b[K");
      out.flush();
    } else {
      out.println(text);
    }
  }

  static String text(Progress progress, Progress before, long total, Duration elapsed) {
    double seconds = Math.max(elapsed.toNanos() / 1e9, 1e-9);
    StringBuilder line = new StringBuilder();
    line.append(String.format(
        Locale.ROOT,
        "%d/%d rows  %.0f tokens/s  %.2f accepted per round",
        progress.rows(),
        total,
        (progress.tokens() - before.tokens()) / seconds,
        progress.meanAcceptedTokens()));
    if (progress.badRows() > 0) {
      line.append("  ").append(progress.badRows()).append(" in quarantine");
    }
    long rows = progress.rows() - before.rows();
    if (rows > 0) {
      Duration left = Duration.ofSeconds(Math.round(seconds * (total - progress.rows()) / rows));
      line.append(String.format(Locale.ROOT, "  %d:%02d:%02d left", left.toHours(), left.toMinutesPart(), left.toSecondsPart()));
    }
    return line.toString();
  }
}
