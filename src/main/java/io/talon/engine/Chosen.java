package io.talon.engine;

/**
 * What the target chose after every row of a forward.
 *
 * @param tokens the chosen token of every row // [rows]
 * @param margins distance between the winner's score and the runner-up's, noise included; infinite where the filters left one
 *     token only, NaN where the logits were not finite, and then the token means nothing // [rows]
 */
public record Chosen(int[] tokens, float[] margins) {
  public int token(int row) {
    return tokens[row];
  }

  public float margin(int row) {
    return margins[row];
  }

  /** Whether the row's logits were finite, so that its token is a choice at all. */
  public boolean finite(int row) {
    return !Float.isNaN(margins[row]);
  }
}
