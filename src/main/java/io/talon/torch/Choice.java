package io.talon.torch;

import ai.djl.ndarray.types.DataType;
import io.talon.engine.Chosen;
import io.talon.engine.Sampling;
import io.talon.torch.script.Argument;
import io.talon.torch.script.Rows;
import java.util.Arrays;

/** How the target chooses at each row of one forward: a table [4, rows] of temperature, top_k, top_p and min_p. */
final class Choice {
  private static final int SAMPLED = 1;
  private static final int TOP_K = 2;
  private static final int TOP_P = 4;
  private static final int MIN_P = 8;

  private final int vocabulary;
  private final Rows table = new Rows(DataType.FLOAT32);
  private int filters;
  private int topK;

  Choice(int vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** What the script chose, token ids first, then margins // [2 rows]. */
  static Chosen chosen(float[] values) {
    int rows = values.length / 2;
    int[] tokens = new int[rows];
    for (int i = 0; i < rows; i++) {
      tokens[i] = (int) values[i]; // ids below 2^24 are exact in float32
    }
    return new Chosen(tokens, Arrays.copyOfRange(values, rows, values.length));
  }

  void resize(int rows) {
    table.resize(4, rows);
    filters = 0;
    topK = 0;
  }

  void set(int row, Sampling sampling) {
    int k = Math.min(sampling.topK(), vocabulary);
    table.set(0, row, (float) sampling.temperature());
    table.set(1, row, (float) k);
    table.set(2, row, (float) sampling.topP());
    table.set(3, row, (float) sampling.minP());
    if (!sampling.greedy()) {
      filters |= SAMPLED | (k > 0 ? TOP_K : 0) | (sampling.topP() < 1 ? TOP_P : 0) | (sampling.minP() > 0 ? MIN_P : 0);
      topK = Math.max(topK, k);
    }
  }

  /** No rows where all are greedy, so that nothing is sent to the device. */
  Argument argument() {
    if (filters == 0) {
      table.resize(4, 0);
    }
    return table.argument();
  }

  /** Which steps some row needs, as the script numbers them. */
  Argument filters() {
    return Argument.of((long) filters);
  }

  /** The largest top_k of all rows. */
  Argument topK() {
    return Argument.of((long) topK);
  }
}
