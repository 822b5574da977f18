package io.talon.draft.policy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.engine.Candidates;

/**
 * The candidates of one layer in total order: path probability descending, then row, then token id ascending.
 *
 * <p>Every row is kept in that order, so the best of all rows come out by merging: what {@link #next} has taken is always a
 * prefix of each row, and reading the prefixes row by row gives the layer in node order.
 */
final class RankedLayer {
  private final float[] scores; // [rows * width], log-probability of the path that ends in the candidate
  private final int[] tokens; // [rows * width]
  private final int[] counts; // [rows], candidates of nonzero probability
  private final int[] taken; // [rows], how many of them next() has taken
  private int rows;
  private int width;

  RankedLayer(int maxRows, int maxCandidates) {
    scores = new float[maxCandidates];
    tokens = new int[maxCandidates];
    counts = new int[maxRows];
    taken = new int[maxRows];
  }

  /** For trees whose nodes are all parents, asked for no more children each than there is room left. */
  static RankedLayer forBudget(int budget) {
    return new RankedLayer(budget, budget + budget * budget / 4);
  }

  /** Empties the layer; every row to come looks at {@code width} candidates at most. */
  void clear(int width) {
    this.width = width;
    rows = 0;
  }

  /** Adds the candidates of one parent, whose path has the log-probability {@code parentScore}. */
  void addRow(Candidates candidates, int row, float parentScore) {
    int first = row * candidates.width();
    int start = rows * width;
    int end = start;
    for (int i = 0; i < Math.min(width, candidates.width()); i++) {
      float score = parentScore + candidates.logProbs()[first + i];
      if (Float.isNaN(score)) {
        throw new TalonException(ErrorCode.ENGINE, "the draft's log-probabilities must be numbers: NaN in row " + row);
      }
      if (score > Float.NEGATIVE_INFINITY) {
        insert(start, end++, score, candidates.tokens()[first + i]);
      }
    }
    counts[rows] = end - start;
    taken[rows] = 0;
    rows++;
  }

  // Rows arrive best first, so only runs of equal scores move.
  private void insert(int start, int end, float score, int token) {
    int hole = end;
    while (hole > start && (scores[hole - 1] < score || scores[hole - 1] == score && tokens[hole - 1] > token)) {
      scores[hole] = scores[hole - 1];
      tokens[hole] = tokens[hole - 1];
      hole--;
    }
    scores[hole] = score;
    tokens[hole] = token;
  }

  /** Score of the best candidate of all rows, taken or not; minus infinity when there is none. */
  float best() {
    float best = Float.NEGATIVE_INFINITY;
    for (int row = 0; row < rows; row++) {
      if (counts[row] > 0) {
        best = Math.max(best, scores[row * width]);
      }
    }
    return best;
  }

  /** Takes the best candidate not yet taken, provided its score reaches the gate; its row, or -1 when there is none. */
  int next(float gate) {
    int best = -1;
    float bestScore = gate;
    for (int row = 0; row < rows; row++) {
      if (taken[row] < counts[row]) {
        float score = scores[row * width + taken[row]];
        if (score > bestScore || score == bestScore && best < 0) {
          best = row;
          bestScore = score;
        }
      }
    }
    if (best >= 0) {
      taken[best]++;
    }
    return best;
  }

  /** Takes the best candidates whose scores reach the gate, {@code limit} at most. */
  void take(int limit, float gate) {
    int left = limit;
    while (left > 0 && next(gate) >= 0) {
      left--;
    }
  }

  int rows() {
    return rows;
  }

  /** Candidates of a row. */
  int count(int row) {
    return counts[row];
  }

  /** How many of a row's candidates have been taken: always its best ones. */
  int taken(int row) {
    return taken[row];
  }

  int token(int row, int rank) {
    return tokens[row * width + rank];
  }

  float score(int row, int rank) {
    return scores[row * width + rank];
  }
}
