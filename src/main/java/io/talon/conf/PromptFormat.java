package io.talon.conf;

/** What the prompts are stored as. */
public enum PromptFormat {
  /** Found by the names of the files, their first bytes and their columns. */
  AUTO,
  PARQUET,
  JSON_LINES,
  /** JSON lines of {custom_id, method, url, body}. */
  OPENAI_BATCH;

  static PromptFormat of(String text) {
    return Names.find(PromptFormat.class, Key.INPUT_FORMAT, text);
  }
}
