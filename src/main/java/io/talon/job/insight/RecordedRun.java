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
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What tuning takes of a run: how its trees were grown, a sample of its rounds, and what its forwards cost.
 *
 * @param runId its name
 * @param setting how it grew its trees
 * @param batch sequences that its engines decoded together
 * @param replayed rounds of its table that are replayed: all of them or those of a sample
 * @param allRounds in its table
 * @param tuner replays them
 */
public record RecordedRun(
    String runId, TreeSetting setting, int batch, long replayed, long allRounds, Tuner tuner) {
  private static final long MOST_ROUNDS = 20_000;
  private static final String TALON = "talon";
  private static final String AUTO = "auto";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Ends of the first half of the generations by time, and of each stretch of the second but the last: later ones are priced by,
   * when the JVM was warm. Runs of earlier versions have no times.
   */
  private static final String STRETCHES = "WITH ends AS (SELECT percentile_approx(CAST(finished AS DOUBLE), array(%s)) AS ends"
      .formatted(
          IntStream.range(0, RunCosts.STRETCHES)
              .mapToObj(i -> String.valueOf(0.5 + 0.5 * i / RunCosts.STRETCHES))
              .collect(Collectors.joining(", ")))
      + " FROM generations), timed AS (SELECT g.*, CASE WHEN g.finished IS NULL THEN 0"
      + " ELSE size(filter(ends, each -> CAST(g.finished AS DOUBLE) >= each)) - 1 END AS stretch FROM generations AS g CROSS JOIN ends) ";

  private static final String ROUNDS = STRETCHES + "SELECT g.category, r.node_parents, r.node_logprobs, r.accepted_rows,"
      + " g.prompt_tokens + g.completion_tokens - 1 - r.position, r.draft_forwards, g.stretch, r.live_slots, r.draft_ms, r.verify_ms"
      + " FROM rounds AS r JOIN timed AS g"
      + " ON g.prompt_id = r.prompt_id AND g.sample_idx = r.sample_idx AND g.turn_idx = r.turn_idx"
      + " WHERE r.node_parents IS NOT NULL";

  private static final String MEANS = STRETCHES + "SELECT SUM(decode_ms - draft_ms - verify_ms) / SUM(num_rounds),"
      + " COALESCE(SUM(CASE WHEN baseline_tokens_per_s > 0 THEN (completion_tokens - 1) * 1000 / baseline_tokens_per_s END)"
      + " / SUM(CASE WHEN baseline_tokens_per_s > 0 THEN completion_tokens - 1 END), 0)"
      + " FROM timed WHERE stretch >= 0 AND num_rounds > 0 GROUP BY stretch";

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
        "%s cannot be tuned: its trees were grown by %s, and only those of talon can be replayed%s; record a run of the same prompts"
            + " with --policy talon --baseline sample:0.1, the largest --budget and --width and the smallest --mu of interest",
        directory,
        policy,
        policy.equals(AUTO)
            ? ", as auto verifies what pays and leaves no trace of the rows that another setting would have had"
            : "");
    int ungated = options.path(Key.UNGATED_LAYERS.label()).asInt(1); // earlier versions had no other number
    check(
        ungated == 1,
        ErrorCode.BAD_INPUT,
        "%s cannot be tuned: it ran with --ungated-layers %s, and only trees with one ungated layer can be replayed",
        directory,
        ungated);
    List<String> drafts = List.of(options.path(Key.DRAFT.label()).asText().split(","));
    check(
        drafts.stream().noneMatch(draft -> draft.equals("ngram") || draft.startsWith("run:")),
        ErrorCode.BAD_INPUT,
        "%s cannot be tuned: its trees are fused with what was looked up, and only those of a head or a model can be replayed: %s",
        directory,
        drafts);
    TreeSetting setting = setting(options);
    Dataset<Row> rounds = views.query(ROUNDS).dataset();
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
    int batch = options.path(Key.BATCH.label()).asInt();
    Tuner tuner = new Tuner(setting, byCategory, stretches(views), batch);
    long replayed = byCategory.values().stream().mapToLong(List::size).sum();
    return new RecordedRun(run.getAs("run_id"), setting, batch, replayed, all, tuner);
  }

  private static TreeSetting setting(JsonNode options) {
    int budget = options.path(Key.BUDGET.label()).asInt();
    int maxDepth = options.path(Key.MAX_DEPTH.label()).asInt(0); // 0 for no limit of its own
    return new TreeSetting(
        budget, options.path(Key.WIDTH.label()).asInt(), options.path(Key.MU.label()).asDouble(),
        maxDepth == 0 ? budget : Math.min(maxDepth, budget));
  }

  private static RecordedRound round(Row row) {
    int stretch = row.getInt(6);
    return new RecordedRound(
        integers(row, 1),
        floats(row.getList(2)),
        integers(row, 3),
        row.getInt(4),
        row.getInt(5),
        stretch >= 0 ? new RecordedRound.Times(stretch, row.getInt(7), row.getDouble(8), row.getDouble(9)) : null);
  }

  private static List<RunCosts.Stretch> stretches(RunViews views) {
    return views.query(MEANS).all().stream()
        .map(row -> new RunCosts.Stretch(((Number) row.get(0)).doubleValue(), ((Number) row.get(1)).doubleValue()))
        .toList();
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
