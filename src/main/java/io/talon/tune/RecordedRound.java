package io.talon.tune;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;

/**
 * One round as the table of rounds keeps it.
 *
 * @param parents row of the parent, per node without the root // [rows - 1]
 * @param logProbs log-probability of the path to a node, likewise // [rows - 1]
 * @param acceptedRows rows on the accepted path without the root // [accepted]
 * @param tokensLeft tokens that the sequence got from this round on, which are fewer than the path promises where a stop or a
 *     limit cut the last round off
 * @param draftForwards draft forwards that the sequence took part in
 * @param times of the round, null where nothing is to be priced by them
 */
public record RecordedRound(
    int[] parents, float[] logProbs, int[] acceptedRows, int tokensLeft, int draftForwards, Times times) {
  /**
   * Where a round's time went.
   *
   * @param stretch of the run's later half, from 0 to {@link RunCosts#STRETCHES}
   * @param liveSlots sequences that shared the round
   * @param draftMs its draft forwards
   * @param verifyMs its target forward
   */
  public record Times(int stretch, int liveSlots, double draftMs, double verifyMs) {}

  public RecordedRound {
    check(
        parents.length == logProbs.length,
        ErrorCode.BAD_INPUT,
        "a round must have a log-probability for each of its %s nodes: %s",
        parents.length,
        logProbs.length);
    for (int i = 0; i < parents.length; i++) {
      check(parents[i] >= 0 && parents[i] <= i, ErrorCode.BAD_INPUT, "a parent must come before its child %s: %s", i + 1,
          parents[i]);
    }
    int last = 0;
    for (int row : acceptedRows) {
      check(
          row > last && row <= parents.length && parents[row - 1] == last,
          ErrorCode.BAD_INPUT,
          "an accepted row must be a child of the accepted row %s: %s",
          last,
          row);
      last = row;
    }
    check(
        tokensLeft >= Math.max(1, acceptedRows.length),
        ErrorCode.BAD_INPUT,
        "a round must have left the %s tokens that it accepted, and one at least: %s",
        acceptedRows.length,
        tokensLeft);
  }

  /** Rows of the tree, the root included. */
  int rows() {
    return parents.length + 1;
  }

  /** Rows that its draft forwards ran: the root, then the nodes of one depth after the other. */
  int draftedRows() {
    int count = 0;
    for (int depth : depths()) {
      count += depth < draftForwards ? 1 : 0;
    }
    return count;
  }

  /** Depth of every row. */
  int[] depths() {
    int[] depths = new int[rows()];
    for (int row = 1; row < depths.length; row++) {
      depths[row] = depths[parents[row - 1]] + 1;
    }
    return depths;
  }
}
