package io.talon.engine;

/**
 * The best children of each row of a draft forward, best first.
 *
 * @param rows rows of the forward
 * @param width children per row; at most the draft vocabulary
 * @param tokens target-vocabulary ids // [rows * width]
 * @param logProbs log-probability of the child given its parent, float32 // [rows * width]
 * @param logits the draft's logit less its mean under these probabilities; null where nobody watches // [rows * width]
 * @param noise the same of the target's noise at the child's position; null where nobody watches // [rows * width]
 */
public record Candidates(int rows, int width, int[] tokens, float[] logProbs, float[] logits, float[] noise) {
  /** Candidates that say nothing but scores. */
  public Candidates(int rows, int width, int[] tokens, float[] logProbs) {
    this(rows, width, tokens, logProbs, null, null);
  }
}
