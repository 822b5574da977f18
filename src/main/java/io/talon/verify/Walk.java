package io.talon.verify;

import io.talon.tree.DraftTree;
import io.talon.tree.TokenSet;

/**
 * The walk through a verified tree: from the root, follow the child that carries the token which the target chose.
 *
 * <p>It ends at the first node that has no such child, whose chosen token is the bonus, or at an end-of-sequence node, behind
 * which nothing counts. One instance per sequence, reused from round to round.
 */
public final class Walk {
  /** What {@link #bonus} says when the walk ended with an accepted end-of-sequence token. */
  public static final int NO_BONUS = -1;

  private final TokenSet endTokens;
  private final int[] path; // [maxTreeRows], accepted nodes below the root, ascending
  private int accepted;
  private int bonus;

  public Walk(int maxTreeRows, TokenSet endTokens) {
    this.endTokens = endTokens;
    path = new int[maxTreeRows];
  }

  /**
   * Walks one tree.
   *
   * @param chosen the target's token after every row of the batch // [rows]
   * @param firstRow row of this tree's root
   */
  public void follow(DraftTree tree, int[] chosen, int firstRow) {
    accepted = 0;
    int token = chosen[firstRow];
    int node = tree.child(0, token);
    while (node >= 0) {
      path[accepted++] = node;
      if (endTokens.contains(token)) {
        bonus = NO_BONUS;
        return;
      }
      token = chosen[firstRow + node];
      node = tree.child(node, token);
    }
    bonus = token;
  }

  /** Number of accepted nodes, the root not counted. */
  public int accepted() {
    return accepted;
  }

  /** The accepted nodes, to be read up to {@link #accepted()}. */
  public int[] path() {
    return path;
  }

  /** The token that the target chose behind the last accepted node, or {@link #NO_BONUS}. */
  public int bonus() {
    return bonus;
  }
}
