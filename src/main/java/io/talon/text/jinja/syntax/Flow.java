package io.talon.text.jinja.syntax;

/** How a statement ended. */
enum Flow {
  NEXT,
  BREAK,
  CONTINUE
}
