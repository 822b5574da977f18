package io.talon.tune;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private static final Pattern NAME =
      Pattern.compile("(ar)|chain:(\\d{1,4})|talon:(\\d{1,4}):(\\d{1,4}):(\\d*\\.?\\d+)");

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

  /** Reads what {@link #name} writes, a list joined by commas; BAD_OPTION for anything else. */
  public static List<TreeSetting> parse(String list) {
    List<TreeSetting> settings = new ArrayList<>();
    for (String text : list.split(",")) {
      Matcher found = NAME.matcher(text.trim());
      check(found.matches(), ErrorCode.BAD_OPTION, "settings must be ar, chain:BUDGET or talon:BUDGET:WIDTH:MU: %s", text);
      if (found.group(2) != null) {
        settings.add(new TreeSetting(Integer.parseInt(found.group(2)), 1, 1));
      } else if (found.group(3) != null) {
        settings.add(
            new TreeSetting(
                Integer.parseInt(found.group(3)), Integer.parseInt(found.group(4)), Double.parseDouble(found.group(5))));
      } else {
        settings.add(PLAIN);
      }
    }
    return settings;
  }

  /** Its name where policies are listed, as for the bench; the depth is not in it. */
  public String name() {
    if (!drafts()) {
      return "ar";
    }
    return chain() ? "chain:" + Math.min(budget, maxDepth + 1) : "talon:" + budget + ":" + width + ":" + mu;
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
    return String.format(Locale.ROOT, "--policy talon --budget %d --width %d --mu %s%s", budget, width, mu, depth);
  }
}
