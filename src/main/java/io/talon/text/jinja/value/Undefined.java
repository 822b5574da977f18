package io.talon.text.jinja.value;

import io.talon.TalonException;

/** The value of a variable, attribute or item that does not exist: false, empty, prints as nothing; all else fails. */
public record Undefined(String what) {
  public TalonException error() {
    return Errors.at("%s is undefined", what);
  }

  /** All undefined values are equal, as in Jinja. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Undefined;
  }

  @Override
  public int hashCode() {
    return 0;
  }
}
