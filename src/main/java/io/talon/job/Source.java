package io.talon.job;

import java.util.Locale;

/** What an input row holds: the three kinds of prompt column, also the order in which they are looked for. */
enum Source {
  /** A list of user messages; the model's own answer to each precedes the next. */
  TURNS,
  /** A conversation to be continued: a list of {role, content}. */
  MESSAGES,
  /** One user message, or raw text where the model has no chat template. */
  PROMPT;

  /** The column's name where none was given. */
  String defaultColumn() {
    return name().toLowerCase(Locale.ROOT);
  }
}
