package io.talon.job;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.job.waves.RunDirectory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkException;

/** Finds, in what Spark wrapped around it, a failure that has a cause outside the run and a remedy. */
final class Failures {
  private static final Pattern FULL =
      Pattern.compile("No space left on device|Disk quota exceeded|not enough space on the disk|DSQuotaExceeded");
  /** Spark's words: while rows are read, and while the schema of a Parquet file is. */
  private static final Pattern UNREADABLE = Pattern.compile("(?:reading file|read footer for file:?) (\\S+?)\\.?(?=\\s|$)");

  private Failures() {}

  /** The failure with what to do about it, or null where nothing is known. */
  static TalonException explained(Throwable failure, RunDirectory output) {
    String file = null;
    String said = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (FULL.matcher(message).find()) {
        return new TalonException(
            ErrorCode.JOB,
            "a disk is full, that of the output in " + output + " or that of Spark's files (spark.local.dir): "
                + TalonException.firstLine(cause) + "; make room and give the same command again, committed waves stay",
            failure);
      }
      Matcher unreadable = UNREADABLE.matcher(message);
      file = file == null && cause instanceof SparkException && unreadable.find() ? unreadable.group(1) : file;
      said = TalonException.firstLine(cause);
    }
    if (file == null) {
      return null;
    }
    return file.contains(output.path("_"))
        ? new TalonException(
            ErrorCode.JOB,
            "cannot read " + file + ", which the run has written: " + said
                + "; give the same command again, or begin with another --output if that does not help",
            failure)
        : new TalonException(
            ErrorCode.BAD_INPUT,
            "cannot read " + file + ": " + said + "; mend or remove that file and give the same command again",
            failure);
  }
}
