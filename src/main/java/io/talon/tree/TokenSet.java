package io.talon.tree;

/** A few token ids, such as those that end a sequence; a scan of an array, since there are seldom more than three. */
public final class TokenSet {
  private final int[] tokens;

  public TokenSet(int... tokens) {
    this.tokens = tokens.clone();
  }

  public boolean contains(int token) {
    for (int member : tokens) {
      if (member == token) {
        return true;
      }
    }
    return false;
  }
}
