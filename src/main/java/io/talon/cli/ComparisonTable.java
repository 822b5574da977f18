package io.talon.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.job.insight.Comparison;
import io.talon.job.insight.Comparison.Line;
import io.talon.stats.Bootstrap.Interval;
import java.io.PrintStream;
import java.util.Locale;

/** How two runs look beside each other. */
final class ComparisonTable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ComparisonTable() {}

  static void print(Comparison comparison, PrintStream out) {
    out.printf("1: %s%n2: %s%n", comparison.runIds().get(0), comparison.runIds().get(1));
    comparison.notes().forEach(out::println);
    if (comparison.alone() > 0) {
      out.printf("%d generations are in one run only and are left out%n", comparison.alone());
    }
    out.println(new TextTable<Line>()
        .text("category", Line::category)
        .count("pairs", Line::pairs)
        .count("equal", Line::equal)
        .decimal("tokens/s 1", 1, line -> line.speed()[0])
        .decimal("tokens/s 2", 1, line -> line.speed()[1])
        .figure("2 / 1", line -> interval(line.faster(), "%.2f"))
        .decimal("tau 1", 2, line -> line.tau()[0])
        .decimal("tau 2", 2, line -> line.tau()[1])
        .figure("2 - 1", line -> interval(line.tauGain(), "%+.2f"))
        .decimal("delta 1", 2, line -> line.delta()[0])
        .decimal("delta 2", 2, line -> line.delta()[1])
        .figure("2 - 1", line -> interval(line.deltaGain(), "%+.2f"))
        .print(comparison.lines()));
    out.println("in brackets: 95 % intervals over prompts (1,000 paired bootstrap draws)");
    Line total = comparison.lines().get(comparison.lines().size() - 1);
    out.printf("%d of %d pairs have the same text%n", total.equal(), total.pairs());
  }

  static String json(Line line) {
    ObjectNode node = JSON.createObjectNode();
    node.put("category", line.category());
    node.put("pairs", line.pairs());
    node.put("equal", line.equal());
    figures(node, "tokens_per_s", line.speed(), "ratio", line.faster());
    figures(node, "tau", line.tau(), "difference", line.tauGain());
    figures(node, "delta", line.delta(), "difference", line.deltaGain());
    return node.toString();
  }

  private static void figures(ObjectNode node, String name, double[] both, String relation, Interval interval) {
    ObjectNode figures = node.putObject(name);
    put(figures, "first", both[0]);
    put(figures, "second", both[1]);
    put(figures, relation, interval.value());
    put(figures, "low", interval.low());
    put(figures, "high", interval.high());
  }

  private static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }

  private static String interval(Interval interval, String format) {
    if (!Double.isFinite(interval.value())) {
      return "";
    }
    String value = String.format(Locale.ROOT, format, interval.value());
    return Double.isNaN(interval.low())
        ? value
        : value + String.format(Locale.ROOT, " [" + format + ", " + format + "]", interval.low(), interval.high());
  }
}
