package io.talon.conf;

/** What a run writes. */
public enum OutputFormat {
  /** The tables. */
  PARQUET,
  /** The tables, and a line of {id, custom_id, response, error} for every input row. */
  OPENAI_BATCH,
  /** The tables, and a line of JSON for every generation. */
  JSON_LINES,
  /** The tables, and the generations as a dataset of the Hugging Face hub, with its card. */
  HF_DATASET;

  static OutputFormat of(String text) {
    return Names.find(OutputFormat.class, Key.OUTPUT_FORMAT, text);
  }
}
