package io.talon;

/** The only exception this project throws on purpose: a code, what was wrong with the value, and what to do. */
public final class TalonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public TalonException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  public TalonException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  /**
   * Throws unless the condition holds.
   *
   * @param format a {@link String#format} pattern: the rule, then the offending value
   */
  public static void check(boolean condition, ErrorCode code, String format, Object... args) {
    if (!condition) {
      throw new TalonException(code, String.format(format, args));
    }
  }

  /** The first line of what a throwable says, its class where it says nothing. */
  public static String firstLine(Throwable thrown) {
    String message = thrown.getMessage() == null ? "" : thrown.getMessage().lines().findFirst().orElse("");
    return message.isEmpty() ? thrown.getClass().getName() : message;
  }

  @Override
  public String toString() {
    return code + ": " + getMessage();
  }
}
