package io.talon.job.insight;

import static io.talon.TalonException.check;
import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.Key;
import io.talon.tune.RecordedRound;
import io.talon.tune.RunCosts;
import io.talon.tune.TreeSetting;
import io.talon.tune.Tuner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What tuning takes of a run: how its trees were grown, a sample of its rounds, and what its forwards cost.
 *
 * @param runId its name
 * @param setting how it grew its trees
 * @param batch sequences that its engines decoded together
 * @param rounds of its table, all of them or those of the sample
 * @param allRounds in its table
 */
public record RecordedRun(
    String runId, TreeSetting setting, int batch, Map<String, List<RecordedRound>> rounds, long allRounds, RunCosts costs) {
  private static final long MOST_ROUNDS = 20_000;
  private static final String TALON = "talon";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads a finished run; BAD_INPUT when it cannot be replayed, and why. */
  public static RecordedRun read(SparkSession spark, String directory) {
    RunViews views = RunViews.over(spark, List.of(directory));
    List<Row> runs = views.view("runs").orderBy(col("started").desc()).takeAsList(1);
    check(!runs.isEmpty(), ErrorCode.BAD_INPUT, "%s cannot be tuned before the run has come to its end", directory);
    Row run = runs.get(0);
    JsonNode options = json(directory, run.getAs("options"));
    String policy = options.path(Key.POLICY.label()).asText();
    check(
        policy.equals(TALON),
        ErrorCode.BAD_INPUT,
        "%s cannot be tuned: its trees were grown by %s, and only those of talon can be replayed; run it with --policy talon and "
            + "the largest --budget and --width and the smallest --mu of interest",
        directory,
        policy);
    int ungated = options.path(Key.UNGATED_LAYERS.label()).asInt(1); // earlier versions had no other number
    check(
        ungated == 1,
        ErrorCode.BAD_INPUT,
        "%s cannot be tuned: it ran with --ungated-layers %s, and only trees with one ungated layer can be replayed",
        directory,
        ungated);
    TreeSetting setting = setting(options);
    Dataset<Row> rounds = views.query(
        "SELECT g.category, r.node_parents, r.node_logprobs, r.accepted_rows, r.draft_forwards FROM rounds AS r JOIN generations AS g"
            + " ON g.prompt_id = r.prompt_id AND g.sample_idx = r.sample_idx AND g.turn_idx = r.turn_idx"
            + " WHERE r.node_parents IS NOT NULL")
        .dataset();
    long all = rounds.count();
    check(
        all > 0,
        ErrorCode.BAD_INPUT,
        "%s cannot be tuned: it has no rounds with their trees; run it with --round-stats all or sample:F",
        directory);
    Dataset<Row> sample = all <= MOST_ROUNDS ? rounds : rounds.sample((double) MOST_ROUNDS / all, 0);
    Map<String, List<RecordedRound>> byCategory = new TreeMap<>();
    for (Row row : sample.collectAsList()) {
      byCategory.computeIfAbsent(row.getString(0), category -> new ArrayList<>()).add(round(row));
    }
    JsonNode costTable = json(directory, run.getAs("cost_table"));
    RunCosts costs = new RunCosts(verifyMs(costTable, views), draftMs(costTable, views), hostMs(views));
    int batch = options.path(Key.BATCH.label()).asInt();
    return new RecordedRun(run.getAs("run_id"), setting, batch, byCategory, all, costs);
  }

  private static TreeSetting setting(JsonNode options) {
    int budget = options.path(Key.BUDGET.label()).asInt();
    int maxDepth = options.path(Key.MAX_DEPTH.label()).asInt(0); // 0 for no limit of its own
    return new TreeSetting(
        budget, options.path(Key.WIDTH.label()).asInt(), options.path(Key.MU.label()).asDouble(),
        maxDepth == 0 ? budget : Math.min(maxDepth, budget));
  }

  public Tuner tuner() {
    return new Tuner(setting, costs, rounds);
  }

  private static RecordedRound round(Row row) {
    return new RecordedRound(
        integers(row, 1),
        floats(row.getList(2)),
        integers(row, 3),
        row.getInt(4));
  }

  /** Median target forwards by their rows, of the fastest engine of the run; where the run has none, what its rounds say. */
  private static SortedMap<Integer, Double> verifyMs(JsonNode costTable, RunViews views) {
    SortedMap<Integer, Double> times = new TreeMap<>();
    for (JsonNode engine : costTable) {
      engine.path("verify_ms_by_rows").fields()
          .forEachRemaining(entry -> times.merge(Integer.valueOf(entry.getKey()), entry.getValue().asDouble(), Math::min));
    }
    if (times.isEmpty()) {
      views.query("SELECT live_slots * tree_rows, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY verify_ms) FROM rounds GROUP BY 1")
          .all()
          .forEach(row -> times.put((Integer) row.get(0), (Double) row.get(1)));
    }
    return times;
  }

  /** Median draft forward of the fastest engine; where the run has none, what its rounds say, whose sequences share its time. */
  private static double draftMs(JsonNode costTable, RunViews views) {
    double least = Double.POSITIVE_INFINITY;
    for (JsonNode engine : costTable) {
      double median = engine.path("draft_ms").asDouble();
      least = median > 0 ? Math.min(least, median) : least;
    }
    return Double.isFinite(least)
        ? least
        : first(views,
            "SELECT SUM(draft_ms / live_slots) / SUM(draft_forwards / live_slots) FROM rounds WHERE draft_forwards > 0");
  }

  /** What a round takes beside forwards, of the middle generation, so that a cold start does not count. */
  private static double hostMs(RunViews views) {
    return Math
        .max(first(views, "SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY (decode_ms - draft_ms - verify_ms) / num_rounds)"
            + " FROM generations WHERE num_rounds > 0"), 0);
  }

  private static double first(RunViews views, String query) {
    Object value = views.query(query).all().get(0).get(0);
    return value == null ? 0 : ((Number) value).doubleValue();
  }

  private static int[] integers(Row row, int column) {
    return row.<Integer>getList(column).stream().mapToInt(Integer::intValue).toArray();
  }

  private static float[] floats(List<Float> list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i);
    }
    return values;
  }

  private static JsonNode json(String directory, String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new TalonException(
          ErrorCode.BAD_INPUT, "the table runs in " + directory + " has text that is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
