package io.talon.text.jinja.syntax;

/** Where a rendering is, for its error messages. */
public final class Rendering {
  private int line;

  void at(int newLine) {
    line = newLine;
  }

  public int line() {
    return line;
  }
}
