package io.talon.decode;

import io.talon.engine.Chosen;
import io.talon.tree.DraftTree;
import io.talon.tree.TokenSet;

/**
 * The walk through a verified tree: from the root, follow the child that carries the token which the target chose.
 *
 * <p>It ends at the first node that has no such child, whose chosen token is the bonus, or at an end-of-sequence node, behind
 * which nothing counts, or at a row whose logits were not finite, which chose nothing. One instance per sequence, reused from
 * round to round.
 */
public final class Walk {
  /** What {@link #bonus} says when the walk ended with an accepted end-of-sequence token, or broke off. */
  public static final int NO_BONUS = -1;

  private final TokenSet endTokens;
  private final int[] path; // [maxTreeRows], accepted nodes below the root, ascending
  private final float[] margins; // [maxTreeRows], of the accepted tokens in order, then of the bonus
  private int accepted;
  private int bonus;
  private boolean broken;

  public Walk(int maxTreeRows, TokenSet endTokens) {
    this.endTokens = endTokens;
    path = new int[maxTreeRows];
    margins = new float[maxTreeRows];
  }

  /**
   * Walks one tree.
   *
   * @param chosen the target's token after every row of the batch
   * @param firstRow row of this tree's root
   */
  public void follow(DraftTree tree, Chosen chosen, int firstRow) {
    accepted = 0;
    bonus = NO_BONUS;
    int node = 0;
    while (true) {
      int row = firstRow + node;
      broken = !chosen.finite(row);
      if (broken) {
        return;
      }
      int token = chosen.token(row);
      margins[accepted] = chosen.margin(row);
      node = tree.child(node, token);
      if (node < 0) {
        bonus = token;
        return;
      }
      path[accepted++] = node;
      if (endTokens.contains(token)) {
        return;
      }
    }
  }

  /** Whether a row on the way had logits that are not finite, so that the sequence cannot go on. */
  public boolean broken() {
    return broken;
  }

  /** The smallest margin of the first so many chosen tokens, the bonus counted behind the accepted ones. */
  public float minMargin(int tokens) {
    float least = Float.POSITIVE_INFINITY;
    for (int i = 0; i < tokens; i++) {
      least = Math.min(least, margins[i]);
    }
    return least;
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
