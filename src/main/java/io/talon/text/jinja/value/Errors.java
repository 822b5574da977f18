package io.talon.text.jinja.value;

import io.talon.ErrorCode;
import io.talon.TalonException;

/** Makes the errors of this package. */
public final class Errors {
  private Errors() {}

  /** An error while rendering; the template adds the line. */
  public static TalonException at(String format, Object... args) {
    return new TalonException(ErrorCode.CHAT_TEMPLATE, String.format(format, args));
  }

  /** An error of the template's text. */
  public static TalonException atLine(int line, String format, Object... args) {
    return new TalonException(ErrorCode.CHAT_TEMPLATE, "line " + line + ": " + String.format(format, args));
  }
}
