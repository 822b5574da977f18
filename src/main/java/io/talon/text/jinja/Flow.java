package io.talon.text.jinja;

/** How a statement ended. */
enum Flow {
  NEXT,
  BREAK,
  CONTINUE
}
