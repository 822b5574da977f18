package io.talon.stats;

/**
 * One round of one sequence.
 *
 * @param roundIdx from 0
 * @param position absolute index of the root in the sequence
 * @param liveSlots sequences that shared the forward
 * @param treeRows rows of this sequence's tree, the root included
 * @param treeDepth depth of its deepest node
 * @param widths nodes per depth, the root's depth left out // [treeDepth]
 * @param accepted draft tokens accepted (and kept: those after an end of sequence do not count)
 * @param acceptedRanks rank among the children of the same parent, per accepted token // [accepted]
 * @param acceptedRows row in the tree, per accepted token // [accepted]
 * @param pathLogProb draft log-probability of the accepted path
 * @param parents row of the parent, per node without the root // [treeRows - 1]
 * @param logProbs draft log-probability of the path to a node, per node without the root, rounded to {@link #LOG_PROB_STEP} so
 *     that a column of them stays small // [treeRows - 1]
 * @param minMargin smallest margin of the tokens that the round kept (see {@link DecodeStats#minMargin})
 * @param draftForwards draft forwards this sequence took part in
 * @param draftNanos time of the round's draft forwards, shared by all live slots
 * @param verifyNanos time of the round's target forward, shared by all live slots
 */
public record RoundRecord(
    int roundIdx,
    int position,
    int liveSlots,
    int treeRows,
    int treeDepth,
    int[] widths,
    int accepted,
    int[] acceptedRanks,
    int[] acceptedRows,
    float pathLogProb,
    int[] parents,
    float[] logProbs,
    float minMargin,
    int draftForwards,
    long draftNanos,
    long verifyNanos) {
  /** What log-probabilities of nodes are rounded to: 1/64, a factor of 1.016 in probability. */
  public static final float LOG_PROB_STEP = 1f / 64;

  /** A log-probability as a record keeps it. */
  public static float rounded(float logProb) {
    return Math.round(logProb / LOG_PROB_STEP) * LOG_PROB_STEP;
  }
}
