package io.talon.job.insight;

import io.talon.job.TestSpark;
import io.talon.job.output.Schemas;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A run of two generations with two rounds each in two waves, small enough that every figure can be computed by hand. */
final class HandMadeRun {
  private static final StructType GENERATIONS =
      Schemas.generations(new StructType().add("category", DataTypes.StringType).add("topic", DataTypes.StringType));

  private static final long START = 1_795_000_000_000L; // ms since 1970

  private HandMadeRun() {}

  /** Writes it. */
  static Path write(Path directory, String runId) {
    return write(directory, runId, "aa", Map.of());
  }

  /** Writes it with another target model, and other values in the generation of the category chat. */
  static Path write(Path directory, String runId, String targetHash, Map<String, Object> changes) {
    return write(directory, runId, targetHash, "{}", changes);
  }

  /** Writes it on other hardware, too. */
  static Path write(Path directory, String runId, String targetHash, String hardware, Map<String, Object> changes) {
    Map<String, Object> chat = new HashMap<>(chat());
    chat.putAll(changes);
    write(directory.resolve("wave=00000/generations"), GENERATIONS, generation("p1", chat));
    write(directory.resolve("wave=00001/generations"), GENERATIONS, generation("p2", code()));
    write(
        directory.resolve("wave=00000/rounds"),
        Schemas.ROUNDS,
        round("p1", 0, 2, List.of(2, 1, 1), List.of(0, 0, 0), List.of(1, 3, 4), List.of(0, 0, 1, 3), 6, 8, 3,
            .75, .25, .75 * .55, .75 * .55 * .95),
        round("p1", 1, 1, List.of(3), List.of(1), List.of(2), List.of(0, 0, 0), 4, 7, 2, .52, .33, .15));
    write(
        directory.resolve("wave=00001/rounds"),
        Schemas.ROUNDS,
        round("p2", 0, 2, List.of(2, 2), List.of(0), List.of(1), List.of(0, 0, 1, 1), 6, 8, 2, .65, .35, .65 * .62, .65 * .31),
        round("p2", 1, 1, List.of(1, 1), List.of(), List.of(), List.of(0, 1), 3, 5, 2, .85, .85 * .9));
    write(directory.resolve("wave=00000/quarantine"), Schemas.QUARANTINE);
    write(
        directory.resolve("wave=00001/quarantine"),
        Schemas.QUARANTINE,
        RowFactory.create("p3", "{}", "BAD_PROMPT", "a prompt must have a token", 2));
    Timestamp start = new Timestamp(START);
    write(
        directory.resolve("runs"),
        Schemas.RUNS,
        RowFactory.create(
            runId, start, start, "done_with_quarantine", "{\"batch\":\"2\"}", "f", "fp32", true, "cpu",
            "{\"target\":{\"sha256\":\"" + targetHash + "\"}}", "{}", hardware, "{}", "{}"));
    return directory;
  }

  private static Map<String, Object> chat() {
    return Map.ofEntries(
        Map.entry("category", "chat"),
        Map.entry("finish_reason", "end"),
        Map.entry("completion_tokens", 7),
        Map.entry("num_draft_forwards", 5),
        Map.entry("num_draft_tokens", 7),
        Map.entry("num_accepted_draft_tokens", 4),
        Map.entry("mean_accepted_tokens", 3.0),
        Map.entry("decode_ms", 30.0),
        Map.entry("tokens_per_s", 200.0),
        Map.entry("baseline_tokens_per_s", 100.0),
        Map.entry("finished", new Timestamp(START + 32)),
        Map.entry("executor_id", "1"));
  }

  private static Map<String, Object> code() {
    return Map.ofEntries(
        Map.entry("category", "code"),
        Map.entry("finish_reason", "length"),
        Map.entry("completion_tokens", 4),
        Map.entry("num_draft_forwards", 4),
        Map.entry("num_draft_tokens", 6),
        Map.entry("num_accepted_draft_tokens", 1),
        Map.entry("mean_accepted_tokens", 1.5),
        Map.entry("decode_ms", 20.0),
        Map.entry("tokens_per_s", 150.0),
        Map.entry("finished", new Timestamp(START + 60)),
        Map.entry("executor_id", "2"),
        Map.entry("task_attempt", 1));
  }

  /** A row with these values, and with 0, an empty text or list, or null in the other columns. */
  private static Row generation(String promptId, Map<String, Object> values) {
    Object[] row = Arrays.stream(GENERATIONS.fields())
        .map(field -> field.name().equals("prompt_id") ? promptId : values.getOrDefault(field.name(), blank(field)))
        .toArray();
    return RowFactory.create(row);
  }

  private static Object blank(StructField field) {
    if (field.nullable()) {
      return null;
    }
    return switch (field.name()) {
      case "num_rounds" -> 2;
      case "prefill_ms" -> 2.0;
      case "draft_ms" -> 10.0;
      case "verify_ms" -> 15.0;
      case "host_ms" -> 4.0;
      case "prompt_tokens" -> 9;
      case "device" -> "cpu";
      default -> switch (field.dataType().typeName()) {
        case "integer" -> 0;
        case "long" -> 0L;
        case "double" -> 0.0;
        case "string" -> "";
        default -> new Object[0];
      };
    };
  }

  private static Row round(
      String promptId,
      int index,
      int live,
      List<Integer> widths,
      List<Integer> ranks,
      List<Integer> rows,
      List<Integer> parents,
      double draftMs,
      double verifyMs,
      int forwards,
      double... probabilities) {
    return RowFactory.create(
        promptId, 0, 0, index, 9, live, parents.size() + 1, widths.size(), widths.toArray(), rows.size(), ranks.toArray(),
        rows.toArray(), 0f, parents.toArray(),
        Arrays.stream(probabilities).mapToObj(probability -> (float) Math.log(probability)).toArray(),
        null, forwards, draftMs, verifyMs);
  }

  private static void write(Path directory, StructType schema, Row... rows) {
    TestSpark.session().createDataFrame(Stream.of(rows).toList(), schema).coalesce(1).write().parquet(directory.toString());
  }
}
