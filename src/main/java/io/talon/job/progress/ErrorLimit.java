package io.talon.job.progress;

import io.talon.ErrorCode;
import io.talon.TalonException;

/**
 * How many bad rows a job bears.
 *
 * <p>Bad rows are through at once and good ones when they are decoded, so they are held against the rows that were begun; and
 * as bad rows may stand together, few of them say nothing about the input unless it has no more.
 *
 * @param rate share of the input's rows
 * @param total rows of the input
 */
public record ErrorLimit(double rate, long total) {
  private static final int LEAST_ROWS = 20;
  private static final int BEARABLE = 200;

  boolean exceeded(Progress progress) {
    long bad = progress.badRows();
    boolean whateverComes = total >= LEAST_ROWS && bad > rate * total;
    boolean soFar = rate < 1 && bad > BEARABLE && bad > rate * progress.begun();
    return whateverComes || soFar;
  }

  /** Fails when too many rows are bad. */
  public void check(Progress progress) {
    TalonException.check(
        !exceeded(progress),
        ErrorCode.JOB,
        "%s of the %s rows that were begun, of %s in all, are bad, more than --max-error-rate %s allows; "
            + "rerun with --max-error-rate 1 to see them in the quarantine",
        progress.badRows(),
        progress.begun(),
        total,
        rate);
  }
}
