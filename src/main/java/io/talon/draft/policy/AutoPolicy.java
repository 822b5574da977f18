package io.talon.draft.policy;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;

/**
 * As many rows and layers as pay, for all live sequences together: a drafter of its own ({@code draft.auto}) chooses them round
 * by round from the costs of the engine.
 *
 * <p>What is looked up grows as {@link #growth} has it: the most probable continuations, some of every layer.
 *
 * @param rows rows of one tree at most, the root included
 * @param maxDepth layers at most
 */
public record AutoPolicy(int rows, int maxDepth) implements TreePolicy {
  private static final int LARGEST = 512;
  private static final int FOUND_WIDTH = 4;

  public AutoPolicy {
    check(rows >= 2 && rows <= LARGEST, ErrorCode.BAD_OPTION, "max-rows must be in [2, %s], the root counts: %s", LARGEST, rows);
    check(maxDepth >= 1, ErrorCode.BAD_OPTION, "max-depth must be 1 or more: %s", maxDepth);
  }

  @Override
  public String label() {
    return "auto";
  }

  @Override
  public int maxTreeRows() {
    return rows;
  }

  @Override
  public int maxDraftRows() {
    return rows;
  }

  @Override
  public TreeGrowth growth(int[] endTokens) {
    return new WidthGrowth(rows, new int[] {FOUND_WIDTH}, FOUND_WIDTH, endTokens);
  }
}
