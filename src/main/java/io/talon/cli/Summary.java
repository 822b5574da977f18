package io.talon.cli;

import io.talon.conf.GenerateOptions;
import io.talon.conf.OutputFormat;
import io.talon.job.GenerateJob;
import io.talon.job.output.Totals;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** What is printed at the end of a run: a line per category where there are several, the total, speed and places. */
final class Summary {
  private record Line(String category, Totals totals) {}

  private Summary() {}

  static void print(PrintStream out, GenerateOptions options, GenerateJob.Result result) {
    Totals total = result.total();
    out.println(table(result.byCategory(), total));
    double seconds = result.decoding().toMillis() / 1e3;
    double rate = total.tokens() / seconds;
    String measured = total.compared() > 0 ? ", the time of plain decoding included" : "";
    out.printf(
        Locale.ROOT, "%d tokens in %.1f s, %.0f tokens/s over all sequences%s%n", total.tokens(), seconds, rate, measured);
    if (options.hourPrice() > 0 && total.tokens() > 0) {
      Totals.Cost cost = total.cost(result.decoding(), options.hourPrice());
      String plain = cost.plain() == null ? "" : String.format(Locale.ROOT, ", by plain decoding %.4g", cost.plain());
      out.printf(Locale.ROOT, "a million tokens cost %.4g%s, at %s an hour%n", cost.measured(), plain, options.hourPrice());
    }
    if (total.compared() > 0) {
      out.printf(
          "plain decoding of %d generations wrote the same text in %d%n", total.compared(), total.compared() - total.unequal());
    }
    if (total.unequal() > 0) {
      out.println(options.models().exact() ? broken(total.unequal()) : inexact(total.unequal()));
    }
    if (options.format() == OutputFormat.OPENAI_BATCH) {
      out.println("responses: " + options.output() + "/openai/*.jsonl");
    }
    out.println("tables: " + options.output() + "/{generations,rounds,quarantine,runs}");
  }

  /** What is said of generations that are not what plain decoding writes, where they have to be. */
  static String broken(long unequal) {
    return "WARNING: " + unequal + " generations differ from plain decoding; with --exact on this must not happen in any type";
  }

  /** What is said of them where they need not be. */
  static String inexact(long unequal) {
    return unequal + " generations differ from plain decoding, as they may with --exact off";
  }

  private static String table(SortedMap<String, Totals> byCategory, Totals total) {
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
