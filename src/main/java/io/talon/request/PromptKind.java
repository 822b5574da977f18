package io.talon.request;

import java.util.List;
import java.util.Locale;

/** What an input row holds: the kinds of prompt column, also the order in which they are looked for. */
public enum PromptKind {
  /** A list of user messages; the model's own answer to each precedes the next. */
  TURNS,
  /** A conversation to be continued: a list of {role, content}. */
  MESSAGES,
  /** One user message, or raw text where the model has no chat template. */
  PROMPT,
  /** One user message that a template writes from the row's columns. */
  TEMPLATE,
  /** A chat completion as OpenAI's batches have it. */
  REQUEST;

  /** The column's name where none was given. */
  String defaultColumn() {
    return switch (this) {
      case REQUEST -> BatchRequests.BODY;
      case TEMPLATE -> "(prompt-template)";
      case TURNS, MESSAGES, PROMPT -> name().toLowerCase(Locale.ROOT);
    };
  }

  /** Whether an input with these columns has one of this kind under its usual name. */
  boolean isFoundIn(List<String> columns) {
    return this != TEMPLATE && columns.contains(defaultColumn()) && (this != REQUEST || columns.contains(BatchRequests.ID));
  }
}
