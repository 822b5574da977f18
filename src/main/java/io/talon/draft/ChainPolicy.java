package io.talon.draft;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;

/**
 * The most probable continuation alone, as in speculative decoding without trees (arXiv 2211.17192).
 *
 * @param length drafted tokens
 */
public record ChainPolicy(int length) implements TreePolicy {
  public ChainPolicy {
    check(length >= 1, ErrorCode.BAD_OPTION, "chain length must be 1 or more: %s", length);
  }

  @Override
  public String label() {
    return "chain";
  }

  @Override
  public int maxTreeRows() {
    return length + 1;
  }

  @Override
  public int maxDraftRows() {
    return length;
  }

  @Override
  public TreeGrowth growth(int[] endTokens) {
    return new StaticGrowth(length + 1, 1, length, endTokens);
  }
}
