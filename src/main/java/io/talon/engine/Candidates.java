package io.talon.engine;

/**
 * The best children of each row of a draft forward, best first.
 *
 * @param rows rows of the forward
 * @param width children per row; at most the draft vocabulary
 * @param tokens target-vocabulary ids // [rows * width]
 * @param logProbs log-probability of the child given its parent, float32 // [rows * width]
 */
public record Candidates(int rows, int width, int[] tokens, float[] logProbs) {}
