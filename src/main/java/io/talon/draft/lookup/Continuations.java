package io.talon.draft.lookup;

import io.talon.draft.policy.TreeGrowth;
import io.talon.engine.Candidates;
import java.util.Arrays;

/**
 * What followed the matches, as a draft: a trie over their continuations that is unfolded where a tree grows.
 *
 * <p>A token's probability given its prefix is the share of the places that continue with it, every place weighted by the
 * length of its match, times (L + 1) / (L + 2): the rule of succession for the longest of them, which has agreed for L tokens,
 * those drafted since included. So rare and short matches are unsure of themselves, and what is missing to 1 stands for
 * tokens never seen here.
 */
final class Continuations {
  private final Matches matches;
  private final int[] order; // [matches], indices; the places of a draft row are contiguous, and grouped by their next token
  private final int[] starts; // [maxDraftRows], into the order
  private final int[] ends; // [maxDraftRows]
  private final int[] depths; // [maxDraftRows], steps from the match to the row's own continuation
  private final int[] tokens; // [maxDraftRows * matches]
  private final float[] logProbs; // [maxDraftRows * matches]
  private final Candidates[] byWidth; // [matches + 1], views of the two arrays above
  private int rows;

  Continuations(Matches matches, int maxDraftRows) {
    this.matches = matches;
    int capacity = matches.capacity();
    order = new int[capacity];
    starts = new int[maxDraftRows];
    ends = new int[maxDraftRows];
    depths = new int[maxDraftRows];
    tokens = new int[maxDraftRows * capacity];
    logProbs = new float[maxDraftRows * capacity];
    byWidth = new Candidates[capacity + 1];
    for (int width = 1; width <= capacity; width++) {
      byWidth[width] = new Candidates(maxDraftRows, width, tokens, logProbs);
    }
  }

  /** Starts with the matches as they are now. */
  void begin() {
    for (int i = 0; i < matches.size(); i++) {
      order[i] = i;
    }
    rows = 0;
  }

  /** The best children of every row of the frontier, a row with fewer padded with impossible ones; valid until the next call. */
  Candidates expand(TreeGrowth growth, int width) {
    int served = Math.min(width, matches.capacity());
    for (int i = 0; i < growth.frontierSize(); i++) {
      int row = rows++;
      int parentRow = growth.frontierParentRow(i);
      if (parentRow < 0) {
        starts[row] = 0;
        ends[row] = matches.size();
        depths[row] = 0;
      } else {
        enter(row, parentRow, growth.frontierToken(i));
      }
      group(row);
      writeChildren(row, i * served, served);
    }
    return byWidth[served];
  }

  /** Gives a row those of its parent's places that go on with its token. */
  private void enter(int row, int parentRow, int token) {
    int depth = depths[parentRow];
    int start = starts[parentRow];
    while (start < ends[parentRow] && matches.token(order[start], depth) != token) {
      start++;
    }
    starts[row] = start;
    ends[row] = endOfGroup(start, ends[parentRow], depth);
    depths[row] = depth + 1;
  }

  private int endOfGroup(int start, int limit, int depth) {
    int end = start;
    while (end < limit && matches.token(order[end], depth) == matches.token(order[start], depth)) {
      end++;
    }
    return end;
  }

  /** Sorts a row's places by their next token; an insertion sort, since they are few and mostly agree. */
  private void group(int row) {
    int depth = depths[row];
    for (int i = starts[row] + 1; i < ends[row]; i++) {
      int match = order[i];
      int token = matches.token(match, depth);
      int hole = i;
      while (hole > starts[row] && matches.token(order[hole - 1], depth) > token) {
        order[hole] = order[hole - 1];
        hole--;
      }
      order[hole] = match;
    }
  }

  private void writeChildren(int row, int first, int width) {
    Arrays.fill(logProbs, first, first + width, Float.NEGATIVE_INFINITY);
    int depth = depths[row];
    int total = 0;
    for (int i = starts[row]; i < ends[row]; i++) {
      total += matches.length(order[i]);
    }
    int start = starts[row];
    while (start < ends[row]) {
      int end = endOfGroup(start, ends[row], depth);
      int token = matches.token(order[start], depth);
      if (token != Matches.SEPARATOR) {
        insert(first, width, token, logProb(start, end, total, depth));
      }
      start = end;
    }
  }

  private float logProb(int start, int end, int total, int depth) {
    int weight = 0;
    int longest = 0;
    for (int i = start; i < end; i++) {
      weight += matches.length(order[i]);
      longest = Math.max(longest, matches.length(order[i]));
    }
    int agreed = longest + depth;
    return (float) Math.log((double) weight / total * (agreed + 1) / (agreed + 2));
  }

  /** Keeps the best; groups come by ascending token, so of equal ones the smaller token stays ahead. */
  private void insert(int first, int width, int token, float logProb) {
    int hole = first + width - 1;
    if (logProb <= logProbs[hole]) {
      return;
    }
    while (hole > first && logProbs[hole - 1] < logProb) {
      logProbs[hole] = logProbs[hole - 1];
      tokens[hole] = tokens[hole - 1];
      hole--;
    }
    logProbs[hole] = logProb;
    tokens[hole] = token;
  }
}
