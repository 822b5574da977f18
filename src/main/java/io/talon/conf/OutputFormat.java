package io.talon.conf;

/** What a run writes. */
public enum OutputFormat {
  /** The tables. */
  PARQUET,
  /** The tables, and a line of {id, custom_id, response, error} for every input row. */
  OPENAI_BATCH;

  static OutputFormat of(String text) {
    return Names.find(OutputFormat.class, Key.OUTPUT_FORMAT, text);
  }
}
