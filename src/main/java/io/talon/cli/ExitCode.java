package io.talon.cli;

import io.talon.ErrorCode;
import io.talon.TalonException;

/** Exit codes, and the one line that says what went wrong. */
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int BAD_USAGE = 2;
  static final int QUARANTINED = 3;

  private ExitCode() {}

  /** The error at the bottom of what Spark wrapped around it. */
  static TalonException cause(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof TalonException known) {
        return known;
      }
    }
    return new TalonException(ErrorCode.JOB, TalonException.firstLine(thrown), thrown);
  }

  static int exitCode(TalonException failure) {
    return switch (failure.code()) {
      case BAD_OPTION, BAD_INPUT, BAD_OUTPUT -> BAD_USAGE;
      case MODEL_SOURCE, MODEL_FILE, MODEL_CONFIG, MODEL_TENSOR, MODEL_PAIR, DEVICE, TOKENIZER, CHAT_TEMPLATE -> BAD_USAGE;
      case BAD_PROMPT, PROMPT_TOO_LONG, NOT_FINITE, ROW_TIMEOUT, OUT_OF_MEMORY, ENGINE, INTERNAL, JOB -> FAILED;
    };
  }

  static String line(TalonException failure) {
    return "error: " + failure.code() + ": " + failure.getMessage().lines().findFirst().orElse("");
  }
}
