package io.talon.job.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;

/**
 * Prints how far the decoding is: rewrites one line on a terminal, else adds a line every few seconds. Calls the decoding off
 * when too many rows are bad.
 */
public final class ProgressLine implements AutoCloseable {
  /** Set by the scripts where standard error is a terminal; Java cannot find out by itself. */
  static final String TERMINAL = "talon.terminal";

  private static final long TERMINAL_MILLIS = 500;
  private static final long LOG_MILLIS = 5_000;

  private static final String JOB_GROUP = "talon-decode";

  private final SparkContext context;
  private final ProgressListener listener;
  private final long total;
  private final PrintStream out;
  private final boolean terminal = Boolean.getBoolean(TERMINAL);
  private final long startNanos = System.nanoTime();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
    Thread thread = new Thread(task, "talon-progress");
    thread.setDaemon(true);
    return thread;
  });

  /**
   * Starts printing, for the jobs that this thread starts.
   *
   * @param ended sums the progress of tasks that have ended
   * @param total input rows
   */
  public ProgressLine(SparkContext context, ProgressAccumulator ended, long total, ErrorLimit limit, PrintStream out) {
    this.context = context;
    this.total = total;
    this.out = out;
    listener = new ProgressListener(ended);
    context.addSparkListener(listener);
    context.setJobGroup(JOB_GROUP, "decode the prompts", true);
    long period = terminal ? TERMINAL_MILLIS : LOG_MILLIS;
    timer.scheduleWithFixedDelay(() -> show(limit), period, period, TimeUnit.MILLISECONDS);
  }

  /** Progress of ended tasks and running ones together. */
  public Progress current() {
    return listener.current();
  }

  /** Stops printing; the line makes room for what follows. */
  @Override
  public void close() {
    timer.shutdownNow();
    if (terminal) {
      out.print("\r\u001b[K");
      out.flush();
    }
    context.clearJobGroup();
    context.removeSparkListener(listener);
  }

  private void show(ErrorLimit limit) {
    Progress progress = current();
    print(progress);
    if (limit.exceeded(progress)) {
      context.cancelJobGroup(JOB_GROUP);
    }
  }

  private void print(Progress progress) {
    String text = text(progress, total, Duration.ofNanos(System.nanoTime() - startNanos));
    if (terminal) {
      out.print("\r" + text + "\u001b[K");
      out.flush();
    } else {
      out.println(text);
    }
  }

  static String text(Progress progress, long total, Duration elapsed) {
    double seconds = Math.max(elapsed.toNanos() / 1e9, 1e-9);
    StringBuilder line = new StringBuilder();
    line.append(String.format(
        Locale.ROOT,
        "%d/%d rows  %.0f tokens/s  %.2f accepted per round",
        progress.rows(),
        total,
        progress.tokens() / seconds,
        progress.meanAcceptedTokens()));
    if (progress.badRows() > 0) {
      line.append("  ").append(progress.badRows()).append(" in quarantine");
    }
    if (progress.rows() > 0) {
      Duration left = Duration.ofSeconds(Math.round(seconds * (total - progress.rows()) / progress.rows()));
      line.append(String.format(Locale.ROOT, "  %d:%02d:%02d left", left.toHours(), left.toMinutesPart(), left.toSecondsPart()));
    }
    return line.toString();
  }
}
