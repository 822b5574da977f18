package io.talon.text.jinja.library;

import io.talon.text.jinja.value.Arguments;
import io.talon.text.jinja.value.Errors;
import io.talon.text.jinja.value.Kinds.Undefined;
import io.talon.text.jinja.value.PythonText;

/** The filters {@code int} and {@code float}. */
final class Numbers {
  private Numbers() {}

  /** A number from a number or a text, or the default where the text is none. */
  static Object parse(String filter, Object value, Arguments arguments) {
    boolean whole = filter.equals("int");
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object number = Operators.number(value) ? number(value) : value instanceof String text ? number(text, whole) : null;
    if (number == null || whole && number instanceof Double real && (real.isNaN() || real.isInfinite())) {
      return arguments.get(0, "default", whole ? (Object) 0L : (Object) 0.0);
    }
    if (whole) {
      return number instanceof Double real ? (Object) (long) (double) real : number;
    }
    return number instanceof Long integer ? (Object) (double) integer : number;
  }

  private static Object number(Object value) {
    return value instanceof Double ? value : (Object) Operators.integer(value);
  }

  private static Object number(String text, boolean whole) {
    String digits = PythonText.strip(text, null, true, true);
    try {
      if (whole && digits.matches("[+-]?\\d+")) {
        return Long.valueOf(digits);
      }
      return digits.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?") ? Double.valueOf(digits) : null;
    } catch (NumberFormatException e) {
      throw Errors.at("the number %s is too large", digits);
    }
  }
}
