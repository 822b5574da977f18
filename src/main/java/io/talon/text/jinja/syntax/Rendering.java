package io.talon.text.jinja.syntax;

import io.talon.text.jinja.value.Errors;
import io.talon.text.jinja.value.Kinds.Undefined;
import io.talon.text.jinja.value.Values;

/** Where a rendering is, for its error messages, and what it takes for one. */
public final class Rendering {
  private final boolean strict;
  private int line;

  private Rendering(boolean strict) {
    this.strict = strict;
  }

  /** As Jinja renders unless it is told otherwise. */
  public static Rendering lenient() {
    return new Rendering(false);
  }

  /** What is undefined or none cannot be printed. */
  public static Rendering strict() {
    return new Rendering(true);
  }

  /** The text of a value that is printed. */
  String printed(Object value) {
    if (strict && value == null) {
      throw Errors.at("a value that is none cannot be printed; ask with {%% if ... %%}, or give it a default with 'or'");
    }
    if (strict && value instanceof Undefined undefined) {
      throw undefined.error();
    }
    return Values.string(value);
  }

  void at(int newLine) {
    line = newLine;
  }

  public int line() {
    return line;
  }
}
