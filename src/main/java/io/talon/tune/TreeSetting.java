package io.talon.tune;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.util.Locale;

/**
 * A way to grow trees that a run could have had.
 *
 * <p>A chain is the tree of width 1 and mu 1, and plain decoding the tree of one row.
 *
 * @param budget rows of a tree, the root included
 * @param width children of the root
 * @param mu gate: a node stays if its probability is mu times the best of its layer
 * @param maxDepth layers at most
 */
public record TreeSetting(int budget, int width, double mu, int maxDepth) {
  public static final TreeSetting PLAIN = new TreeSetting(1, 1, 1, 1);

  public TreeSetting {
    check(budget >= 1, ErrorCode.BAD_OPTION, "budgets must be 1 or more: %s", budget);
    check(width >= 1, ErrorCode.BAD_OPTION, "widths must be 1 or more: %s", width);
    check(mu > 0 && mu <= 1, ErrorCode.BAD_OPTION, "mus must be in (0, 1]: %s", mu);
    check(maxDepth >= 1, ErrorCode.BAD_OPTION, "max depth must be 1 or more: %s", maxDepth);
  }

  /** Trees as deep as their budget allows. */
  public TreeSetting(int budget, int width, double mu) {
    this(budget, width, mu, budget);
  }

  public boolean drafts() {
    return budget > 1;
  }

  public boolean chain() {
    return drafts() && width == 1 && mu == 1;
  }

  /** The options of {@code talon generate} that make it. */
  public String options() {
    if (!drafts()) {
      return "--policy ar";
    }
    if (chain()) {
      return "--policy chain --budget " + Math.min(budget, maxDepth + 1);
    }
    String depth = maxDepth < budget ? " --max-depth " + maxDepth : "";
    return String.format(Locale.ROOT, "--budget %d --width %d --mu %s%s", budget, width, mu, depth);
  }
}
