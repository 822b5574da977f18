package io.talon.job;

import static io.talon.TalonException.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.Key;
import io.talon.conf.Settings;
import io.talon.job.output.RunTables;
import io.talon.run.RunModels;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A run as its own tables tell it.
 *
 * @param runId its name
 * @param options as it was started
 * @param dtype what it computed in
 * @param exact whether rows came out the same whatever ran beside them
 * @param device where, as the options name it
 * @param threads of an engine
 * @param maxContext tokens of a sequence at most, as its engines had it
 * @param target the model, as it was then
 * @param generations the table
 */
record FinishedRun(
    String runId,
    JsonNode options,
    String dtype,
    boolean exact,
    String device,
    int threads,
    int maxContext,
    RunModels.Identity target,
    Dataset<Row> generations) {
  private static final List<String> OF_RUNS =
      List.of("run_id", "state", "options", "dtype", "exact", "device", "models", "hardware");
  private static final String DONE = "done";

  /** Reads the output directory of a run; BAD_INPUT when it is none, or one that has not come to its end. */
  static FinishedRun read(SparkSession spark, String directory) {
    RunTables tables = RunTables.of(spark, directory);
    Dataset<Row> runs = checked(directory, RunTables.RUNS, tables.runs(), OF_RUNS);
    Dataset<Row> generations = checked(directory, RunTables.GENERATIONS, tables.generations(), AuditTable.COLUMNS);
    List<Row> rows = runs.takeAsList(2);
    check(rows.size() == 1, ErrorCode.BAD_INPUT, "%s must hold one run in its table runs: %s", directory, rows.size());
    Row run = rows.get(0);
    String state = run.getAs("state");
    check(state.startsWith(DONE), ErrorCode.BAD_INPUT, "the run in %s has not come to its end: %s", directory, state);
    JsonNode target = json(directory, run, "models").path("target");
    JsonNode hardware = json(directory, run, "hardware");
    return new FinishedRun(
        run.getAs("run_id"),
        json(directory, run, "options"),
        run.getAs("dtype"),
        run.<Boolean>getAs("exact"),
        run.getAs("device"),
        hardware.findPath("threads").asInt(),
        hardware.findPath("max_context").asInt(),
        new RunModels.Identity(target.path("reference").asText(), target.path("sha256").asText()),
        generations);
  }

  /** The settings of an audit, with the run's own where they say nothing else. */
  Settings complete(Settings settings) {
    return settings
        .or(Key.AUDIT_TARGET, Optional.of(target.reference()))
        .or(Key.AUDIT_DEVICE, Optional.of(device))
        .or(Key.AUDIT_THREADS, Optional.of(Integer.toString(Math.min(threads, Runtime.getRuntime().availableProcessors()))))
        .or(Key.MODEL_CACHE, option(Key.MODEL_CACHE))
        .or(Key.HF_ENDPOINT, option(Key.HF_ENDPOINT));
  }

  private Optional<String> option(Key key) {
    return Optional.ofNullable(options.get(key.label())).map(JsonNode::asText);
  }

  private static Dataset<Row> checked(String directory, String name, Dataset<Row> table, List<String> needed) {
    List<String> present = Arrays.asList(table.columns());
    List<String> missing = needed.stream().filter(column -> !present.contains(column)).toList();
    check(
        missing.isEmpty(),
        ErrorCode.BAD_INPUT,
        "%s cannot be audited: its table %s has no columns %s, which runs of earlier versions lack",
        directory,
        name,
        missing);
    return table;
  }

  private static JsonNode json(String directory, Row run, String column) {
    try {
      return new ObjectMapper().readTree(run.<String>getAs(column));
    } catch (JsonProcessingException e) {
      throw new TalonException(
          ErrorCode.BAD_INPUT, "column " + column + " of runs in " + directory + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
