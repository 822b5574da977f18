package io.talon.job.insight;

import static io.talon.TalonException.check;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.hash;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.job.output.SamplingColumns;
import io.talon.stats.Bootstrap;
import io.talon.stats.Bootstrap.Interval;
import io.talon.stats.Ratios;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Two runs on the same prompts, generation by generation.
 *
 * <p>Spark adds the pairs up in groups of prompts, 4,096 at most per category, and the intervals come from drawing groups; so
 * nothing here grows with the runs.
 *
 * @param runIds of the first and of the second
 * @param notes what differs between the runs
 * @param alone generations that only one of the runs has
 * @param lines one per category where there are several, and one for all
 */
public record Comparison(List<String> runIds, List<String> notes, long alone, List<Line> lines) {
  private static final int GROUPS = 4096;
  private static final String TOTAL = "total";
  private static final List<String> OPTIONS = List.of("batch", "policy", "draft", "budget", "width", "mu");
  private static final List<String> HARDWARE = List.of("cpu", "cores", "os", "device", "threads");
  private static final List<String> KEYS = List.of("prompt_id", "sample_idx", "turn_idx");
  private static final List<String> SAME =
      Stream.of(SamplingColumns.names(), List.of("max_new_tokens", "stop")).flatMap(List::stream).toList();
  // Sums of a group: pairs and equal texts, then round tokens, rounds, draft forwards, milliseconds of the one and of the other.
  private static final int PAIRS = 0;
  private static final int EQUAL = 1;
  private static final int FIRST = 2;
  private static final int SECOND = 6;
  private static final int SUMS = 10;

  /**
   * What the pairs of a category come to, with 95 % intervals over prompts.
   *
   * @param equal pairs with the same tokens
   * @param speed tokens per second of one sequence while it decodes, of the first and of the second
   * @param faster speed of the second over that of the first
   * @param tau mean accepted tokens of both, and the second's less the first's
   * @param delta draft forwards per round likewise
   */
  public record Line(
      String category,
      long pairs,
      long equal,
      double[] speed,
      Interval faster,
      double[] tau,
      Interval tauGain,
      double[] delta,
      Interval deltaGain) {}

  /** Compares two runs; BAD_INPUT when they cannot be, and why. */
  public static Comparison of(SparkSession spark, String first, String second) {
    RunViews one = RunViews.over(spark, List.of(first));
    RunViews other = RunViews.over(spark, List.of(second));
    List<String> notes = notes(one, other);
    Dataset<Row> left = one.view("generations");
    Dataset<Row> right = other.view("generations");
    Dataset<Row> pairs = left.as("a").join(right.as("b"), same(KEYS));
    List<Column> checks = new ArrayList<>(List.of(count(lit(1)), differs("prompt_text")));
    SAME.forEach(name -> checks.add(differs(name)));
    checks.add(count(when(col("a.temperature").gt(0).and(not(same(List.of("seed")))), 1)));
    Row counts = pairs.agg(checks.get(0), checks.subList(1, checks.size()).toArray(Column[]::new)).first();
    long common = counts.getLong(0);
    check(common > 0, ErrorCode.BAD_INPUT, "%s and %s cannot be compared: they have no prompt_id, sample and turn in common",
        first, second);
    refuse(counts.getLong(1), common, first, second, "prompts that differ though prompt_id, sample and turn agree");
    for (int i = 0; i < SAME.size(); i++) {
      refuse(counts.getLong(2 + i), common, first, second, "another " + SAME.get(i));
    }
    refuse(counts.getLong(2 + SAME.size()), common, first, second, "another seed");
    long alone = left.count() + right.count() - 2 * common;
    return new Comparison(List.of(one.runIds().get(0), other.runIds().get(0)), notes, alone, lines(pairs));
  }

  private static List<Line> lines(Dataset<Row> pairs) {
    Map<String, List<double[]>> groups = new TreeMap<>();
    List<double[]> all = new ArrayList<>();
    for (Row row : pairs
        .groupBy(col("a.category"), pmod(hash(col("a.prompt_id")), lit(GROUPS)))
        .agg(
            count(lit(1)),
            concat(List.of(count(when(same(List.of("generated_token_ids")), 1))), sums("a"), sums("b")))
        .collectAsList()) {
      double[] sums = new double[SUMS];
      for (int i = 0; i < SUMS; i++) {
        sums[i] = ((Number) row.get(2 + i)).doubleValue();
      }
      groups.computeIfAbsent(row.getString(0), category -> new ArrayList<>()).add(sums);
      all.add(sums);
    }
    List<Line> lines = new ArrayList<>();
    if (groups.size() > 1) {
      groups.forEach((category, rows) -> lines.add(line(category, rows)));
    }
    lines.add(line(TOTAL, all));
    return lines;
  }

  private static Line line(String category, List<double[]> groups) {
    double[][] rows = groups.stream().sorted(Arrays::compare).toArray(double[][]::new);
    Bootstrap bootstrap = new Bootstrap(rows, 0);
    Interval faster = bootstrap.of(sums -> speed(sums, SECOND) / speed(sums, FIRST));
    Interval tauGain = bootstrap.of(sums -> tau(sums, SECOND) - tau(sums, FIRST));
    Interval deltaGain = bootstrap.of(sums -> delta(sums, SECOND) - delta(sums, FIRST));
    return new Line(
        category,
        (long) bootstrap.of(sums -> sums[PAIRS]).value(),
        (long) bootstrap.of(sums -> sums[EQUAL]).value(),
        new double[] {
          bootstrap.of(sums -> speed(sums, FIRST)).value(), bootstrap.of(sums -> speed(sums, SECOND)).value()},
        faster,
        new double[] {bootstrap.of(sums -> tau(sums, FIRST)).value(), bootstrap.of(sums -> tau(sums, SECOND)).value()},
        tauGain,
        new double[] {bootstrap.of(sums -> delta(sums, FIRST)).value(), bootstrap.of(sums -> delta(sums, SECOND)).value()},
        deltaGain);
  }

  private static Column[] concat(List<Column> first, List<Column> second, List<Column> third) {
    return Stream.of(first, second, third).flatMap(List::stream).toArray(Column[]::new);
  }

  private static double speed(double[] sums, int side) {
    return sums[side] / sums[side + 3] * 1e3;
  }

  private static double tau(double[] sums, int side) {
    return Ratios.meanAcceptedTokens((long) sums[side], (long) sums[side + 1]);
  }

  private static double delta(double[] sums, int side) {
    return Ratios.draftEfficiency((long) sums[side + 2], (long) sums[side + 1]);
  }

  private static List<Column> sums(String side) {
    return List.of(
        sum(col(side + ".completion_tokens").minus(1)),
        sum(side + ".num_rounds"),
        sum(side + ".num_draft_forwards"),
        sum(side + ".decode_ms"));
  }

  /** What else may explain a difference; a different target model is a reason not to compare at all. */
  private static List<String> notes(RunViews one, RunViews other) {
    List<String> notes = new ArrayList<>();
    String columns = "SELECT get_json_object(models, '$.target.sha256'), dtype, device, exact, hardware, "
        + OPTIONS.stream().map("get_json_object(options, '$.%s')"::formatted).collect(Collectors.joining(", "))
        + " FROM runs ORDER BY started DESC LIMIT 1";
    List<List<Object>> first = one.query(columns).all();
    List<List<Object>> second = other.query(columns).all();
    if (first.isEmpty() || second.isEmpty()) {
      notes.add("a run has not come to its end; what it has committed is compared");
      return notes;
    }
    List<String> names =
        Stream.concat(Stream.of("target model", "dtype", "device", "exact", "hardware"), OPTIONS.stream()).toList();
    for (int i = 0; i < names.size(); i++) {
      boolean hardware = names.get(i).equals("hardware");
      Object left = hardware ? machines(first.get(0).get(i).toString()) : first.get(0).get(i);
      Object right = hardware ? machines(second.get(0).get(i).toString()) : second.get(0).get(i);
      if (!String.valueOf(left).equals(String.valueOf(right))) {
        check(
            i > 0,
            ErrorCode.BAD_INPUT,
            "the runs cannot be compared: their target models differ, SHA-256 %s and %s",
            left,
            right);
        notes.add("the runs differ in " + names.get(i) + ": " + left + " and " + right);
      }
    }
    return notes;
  }

  /** What engines ran on, each kind once and in order, whatever the executors and hosts are called. */
  private static String machines(String hardware) {
    try {
      Set<String> kinds = new TreeSet<>();
      for (JsonNode engine : new ObjectMapper().readTree(hardware)) {
        kinds.add(HARDWARE.stream().filter(engine::has).map(name -> name + " " + engine.get(name).asText())
            .collect(Collectors.joining(", ")));
      }
      return String.join("; ", kinds);
    } catch (JsonProcessingException e) {
      throw new TalonException(ErrorCode.BAD_INPUT, "the table runs has hardware that is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static void refuse(long different, long common, String first, String second, String what) {
    if (different > 0) {
      throw new TalonException(
          ErrorCode.BAD_INPUT,
          "%s and %s cannot be compared: %d of %d pairs have %s".formatted(first, second, different, common, what));
    }
  }

  private static Column differs(String name) {
    return count(when(not(same(List.of(name))), 1));
  }

  private static Column not(Column condition) {
    return functions.not(condition);
  }

  private static Column same(List<String> names) {
    return names.stream().map(name -> expr("a." + name + " <=> b." + name)).reduce(Column::and).orElseThrow();
  }
}
