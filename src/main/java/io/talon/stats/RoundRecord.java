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
 * @param pathLogProb draft log-probability of the accepted path
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
    float pathLogProb,
    float minMargin,
    int draftForwards,
    long draftNanos,
    long verifyNanos) {}
