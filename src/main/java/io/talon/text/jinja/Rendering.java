package io.talon.text.jinja;

/** Where a rendering is, for its error messages. */
final class Rendering {
  private int line;

  void at(int newLine) {
    line = newLine;
  }

  int line() {
    return line;
  }
}
