package io.talon.job.insight;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.TalonException;
import io.talon.job.insight.Comparison.Line;
import io.talon.serve.ModelText;
import io.talon.tune.Tuner;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** The figures of a report on one run or two, cut down so that a page of any run stays small. */
public final class ReportFigures {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_DOTS = 2000;
  private static final int DEEPEST = 40;

  private final SparkSession spark;
  private final List<String> directories;
  private final RunViews views;

  /** @param directories one or two, the run that the report is about first */
  public ReportFigures(SparkSession spark, List<String> directories) {
    this.spark = spark;
    this.directories = directories;
    views = RunViews.over(spark, directories);
  }

  /** What {@link io.talon.report.ReportPage} takes. */
  public ObjectNode toJson() {
    ObjectNode page = JSON.createObjectNode();
    ArrayNode runs = page.putArray("runs");
    views.runIds().forEach(runId -> runs.addObject().put("run_id", runId).put("about", about(runId)));
    page.set("by_category", rows("SELECT * FROM by_category"));
    page.set("funnel", rows("SELECT * FROM funnel WHERE depth <= " + DEEPEST));
    // Any order that has nothing to do with what is shown is a fair choice of generations.
    page.set("waste", rows("SELECT * FROM waste ORDER BY md5(prompt_id), sample_idx, turn_idx LIMIT " + MOST_DOTS));
    page.set("over_time", rows("SELECT * FROM over_time"));
    page.set(
        "generations",
        rows("SELECT run_id, completion_tokens AS tokens, prefill_ms + decode_ms AS latency_ms FROM generations"
            + " ORDER BY md5(prompt_id), sample_idx, turn_idx LIMIT " + MOST_DOTS));
    page.set("calibration", rows("SELECT * FROM calibration"));
    page.set("trees", rows("SELECT * FROM trees WHERE depth <= " + DEEPEST));
    ObjectNode drawn = page.putObject("drawn");
    drawn.set("sure", tree("tree_depth DESC"));
    drawn.set("unsure", tree("tree_rows DESC, tree_depth"));
    page.set("generation", generation());
    page.set("errors", rows("SELECT * FROM errors"));
    advice(page);
    if (directories.size() == 2) {
      comparison(page);
    }
    return page;
  }

  private String about(String runId) {
    List<List<Object>> run = views.query("SELECT dtype, device, get_json_object(options, '$.policy'), get_json_object(options,"
        + " '$.budget'), get_json_object(options, '$.batch'), started, ended, get_json_object(options, '$.target')"
        + " FROM runs WHERE run_id = '" + runId + "' ORDER BY started DESC LIMIT 1").all();
    if (run.isEmpty()) {
      return "not finished";
    }
    List<Object> values = run.get(0);
    double seconds = (((Timestamp) values.get(6)).getTime() - ((Timestamp) values.get(5)).getTime()) / 1e3;
    return String.format(
        Locale.ROOT,
        "%s, policy %s, budget %s, batch %s, %s in %s, %.1f s from %s",
        values.get(7), values.get(2), values.get(3), values.get(4), values.get(1), values.get(0), seconds,
        ((Timestamp) values.get(5)).toInstant());
  }

  private ArrayNode rows(String query) {
    QueryResult result = views.query(query);
    List<String> columns = result.columns();
    ArrayNode rows = JSON.createArrayNode();
    for (Iterator<List<Object>> all = result.rows(); all.hasNext();) {
      ObjectNode row = rows.addObject();
      List<Object> values = all.next();
      for (int i = 0; i < columns.size(); i++) {
        row.set(columns.get(i), JSON.valueToTree(values.get(i)));
      }
    }
    return rows;
  }

  /** The first tree of the first run in an order; null without one. */
  private ObjectNode tree(String order) {
    ArrayNode found = rows("SELECT node_parents AS parents, node_logprobs AS logprobs, accepted_rows AS accepted FROM rounds"
        + " WHERE run_id = '" + views.runIds().get(0) + "' AND tree_rows > 2 AND node_parents IS NOT NULL ORDER BY " + order
        + ", accepted DESC, prompt_id, sample_idx, turn_idx, round_idx LIMIT 1");
    return found.isEmpty() ? null : (ObjectNode) found.get(0);
  }

  /** A generation of middling length, token by token, with what each token was; null where no rounds were recorded. */
  private ObjectNode generation() {
    List<List<Object>> chosen = views.query("SELECT prompt_id, sample_idx, turn_idx, generated_token_ids FROM generations AS g"
        + " WHERE run_id = '" + views.runIds().get(0) + "' AND num_rounds > 0 AND prompt_id IN (SELECT prompt_id FROM rounds)"
        + " ORDER BY ABS(completion_tokens - 80), prompt_id, sample_idx, turn_idx LIMIT 1").all();
    if (chosen.isEmpty()) {
      return null;
    }
    List<Object> key = chosen.get(0);
    List<List<Object>> rounds = views.query("SELECT accepted FROM rounds WHERE run_id = '" + views.runIds().get(0)
        + "' AND prompt_id = '" + key.get(0).toString().replace("\\", "\\\\").replace("'", "\\'") + "' AND sample_idx = "
        + key.get(1)
        + " AND turn_idx = " + key.get(2) + " ORDER BY round_idx").all();
    List<?> ids = (List<?>) key.get(3);
    String[] kinds = new String[ids.size()];
    Arrays.fill(kinds, "prefill");
    int next = 1; // prefill chose the first
    for (List<Object> round : rounds) {
      int accepted = (Integer) round.get(0);
      for (int i = 0; i <= accepted && next < kinds.length; i++) {
        kinds[next++] = i < accepted ? "accepted" : "bonus";
      }
    }
    ObjectNode node = JSON.createObjectNode();
    node.put("prompt_id", key.get(0).toString());
    node.put("rounds", rounds.size());
    ArrayNode tokens = node.putArray("tokens");
    List<String> texts = texts(ids.stream().mapToInt(id -> (Integer) id).toArray());
    for (int i = 0; i < kinds.length; i++) {
      tokens.addObject().put("text", texts.get(i)).put("kind", kinds[i]);
    }
    return node;
  }

  /** What each token adds to the text; where the model cannot be read, the number of the token. */
  private List<String> texts(int[] ids) {
    List<Object> places = views.query("SELECT get_json_object(models, '$.target.reference'), get_json_object(options, '$.target')"
        + " FROM runs WHERE run_id = '" + views.runIds().get(0) + "' ORDER BY started DESC LIMIT 1").all().stream()
        .flatMap(List::stream).filter(Objects::nonNull).toList();
    for (Object place : places) { // where it lay, or where the option leads from here
      try {
        return texts(ids, ModelText.shared(place.toString(), Instant.EPOCH));
      } catch (RuntimeException e) { // the page is of use without the words
        continue;
      } finally {
        ModelText.closeAll();
      }
    }
    return Arrays.stream(ids).mapToObj(id -> "[" + id + "]").toList();
  }

  private static List<String> texts(int[] ids, ModelText text) {
    List<String> added = new ArrayList<>();
    String before = "";
    for (int i = 1; i <= ids.length; i++) {
      String now = text.decode(Arrays.copyOf(ids, i), List.of());
      added.add(now.startsWith(before) ? now.substring(before.length()) : "");
      before = now.startsWith(before) ? now : before;
    }
    return added;
  }

  private void advice(ObjectNode page) {
    ArrayNode lines = page.putArray("advice");
    try {
      RecordedRun run = RecordedRun.read(spark, directories.get(0));
      page.put("advice_about",
          "Replayed from the recorded rounds and priced with this run's own forwards, nothing was decoded; tokens/s"
              + " of all sequences of a batch. seen: share of rounds within the recorded trees. It ran with "
              + run.setting().options() + ". " + run.tuner().about().replace("\n", ". ") + ".");
      for (Tuner.Advice each : run.tuner().advise(Stream.of(1, run.batch(), 16).distinct().sorted().toList())) {
        ObjectNode line = lines.addObject();
        line.put("category", each.best().category());
        line.put("batch", each.best().batch());
        line.put("recommended", each.best().outcome().setting().options());
        line.put("tau", round(each.best().outcome().tau()));
        line.put("delta", round(each.best().outcome().delta()));
        line.put("tokens_per_s", Math.round(each.best().tokensPerSecond()));
        line.put("as_it_ran", Math.round(each.now().tokensPerSecond()));
        line.put("plain", Math.round(each.plain().tokensPerSecond()));
        line.put("seen", round(each.best().outcome().seen()));
      }
    } catch (TalonException e) {
      page.put("advice_about", e.getMessage());
    }
  }

  private void comparison(ObjectNode page) {
    try {
      Comparison comparison = Comparison.of(spark, directories.get(0), directories.get(1));
      page.put("comparison_about", "The second run against the first, on the same prompts; intervals of 95 % over prompts. "
          + String.join("; ", comparison.notes()));
      ArrayNode lines = page.putArray("comparison");
      for (Line line : comparison.lines()) {
        ObjectNode node = lines.addObject();
        node.put("category", line.category());
        node.put("pairs", line.pairs());
        node.put("equal", line.equal());
        node.put("speed_ratio", round(line.faster().value()));
        node.put("low", round(line.faster().low()));
        node.put("high", round(line.faster().high()));
        node.put("tau_difference", round(line.tauGain().value()));
        node.put("delta_difference", round(line.deltaGain().value()));
      }
    } catch (TalonException e) {
      page.put("comparison_about", e.getMessage());
      page.putArray("comparison");
    }
  }

  private static Double round(double value) {
    return Double.isFinite(value) ? Math.round(value * 100) / 100.0 : null;
  }
}
