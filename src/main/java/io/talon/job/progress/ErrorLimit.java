package io.talon.job.progress;

import io.talon.ErrorCode;
import io.talon.TalonException;

/**
 * How many bad rows a job bears.
 *
 * @param rate share of the rows that are through
 */
public record ErrorLimit(double rate) {
  private static final int LEAST_ROWS = 20;

  boolean exceeded(Progress progress) {
    return progress.rows() >= LEAST_ROWS && progress.badRows() > rate * progress.rows();
  }

  /** Fails when too many rows are bad. */
  public void check(Progress progress) {
    TalonException.check(
        !exceeded(progress),
        ErrorCode.JOB,
        "%s of %s rows are bad, more than --max-error-rate %s allows; "
            + "rerun with --max-error-rate 1 to see them in the quarantine",
        progress.badRows(),
        progress.rows(),
        rate);
  }
}
