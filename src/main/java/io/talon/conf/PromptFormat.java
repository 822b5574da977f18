package io.talon.conf;

/** What the prompts are stored as. */
public enum PromptFormat {
  /** Found by the names of the files, their first bytes and their columns. */
  AUTO,
  PARQUET,
  JSON_LINES,
  /** Columns of texts, named by the first line. */
  CSV,
  /** A prompt per line. */
  TEXT,
  /** A table or view of the session's catalog. */
  TABLE,
  /** JSON lines of {custom_id, method, url, body}. */
  OPENAI_BATCH;

  static PromptFormat of(String text) {
    return Names.find(PromptFormat.class, Key.INPUT_FORMAT, text);
  }
}
