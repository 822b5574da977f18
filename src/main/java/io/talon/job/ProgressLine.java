package io.talon.job;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Prints how far the job is: rewrites one line on a terminal, else adds a line every few seconds. */
final class ProgressLine implements AutoCloseable {
  /** Set by the scripts where standard error is a terminal; Java cannot find out by itself. */
  static final String TERMINAL = "talon.terminal";

  private static final long TERMINAL_MILLIS = 500;
  private static final long LOG_MILLIS = 5_000;

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
   * Starts printing.
   *
   * @param total input rows
   * @param observer is shown every state that is printed
   */
  ProgressLine(long total, Supplier<Progress> state, Consumer<Progress> observer, PrintStream out) {
    this.total = total;
    this.out = out;
    long period = terminal ? TERMINAL_MILLIS : LOG_MILLIS;
    timer.scheduleWithFixedDelay(
        () -> {
          Progress progress = state.get();
          print(progress);
          observer.accept(progress);
        },
        period,
        period,
        TimeUnit.MILLISECONDS);
  }

  /** Stops printing; the line makes room for what follows. */
  @Override
  public void close() {
    timer.shutdownNow();
    if (terminal) {
      out.print("\r\u001b[K");
      out.flush();
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
