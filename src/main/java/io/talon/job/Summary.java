package io.talon.job;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** The table at the end of a run: a line per category where there are several, and the total. */
final class Summary {
  private record Line(String category, Totals totals) {}

  private Summary() {}

  /** What is said of generations that are not what plain decoding writes, where they have to be. */
  static String broken(long unequal) {
    return "WARNING: " + unequal + " generations differ from plain decoding; with --exact on this must not happen in any type";
  }

  /** What is said of them where they need not be. */
  static String inexact(long unequal) {
    return unequal + " generations differ from plain decoding, as they may with --exact off";
  }

  static String table(SortedMap<String, Totals> byCategory, Totals total) {
    List<Line> lines = new ArrayList<>();
    if (byCategory.size() > 1) {
      byCategory.forEach((category, totals) -> lines.add(new Line(category, totals)));
    }
    lines.add(new Line("total", total));
    TextTable<Line> table = new TextTable<Line>()
        .text("category", Line::category)
        .count("rows", line -> line.totals().prompts())
        .count("generations", line -> line.totals().generations())
        .count("tokens", line -> line.totals().tokens())
        .decimal("tokens/s", 1, line -> line.totals().tokensPerSecond())
        .decimal("tau", 2, line -> line.totals().meanAcceptedTokens())
        .decimal("delta", 2, line -> line.totals().draftEfficiency())
        .decimal("acceptance", 3, line -> line.totals().acceptanceRate());
    if (total.compared() > 0) {
      table.decimal("speedup", 2, line -> line.totals().speedup());
    }
    return table.count("quarantined", line -> line.totals().quarantined()).print(lines);
  }
}
