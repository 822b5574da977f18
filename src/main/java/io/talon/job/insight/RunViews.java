package io.talon.job.insight;

import static io.talon.TalonException.check;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.Key;
import io.talon.job.output.RunTables;
import io.talon.job.output.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The tables of one run or several as views of Spark SQL, and the views that are made from them.
 *
 * <p>{@code generations}, {@code rounds}, {@code quarantine} and {@code runs} have a column {@code run_id} each, and
 * {@code generations} always has a {@code category}: the column that {@code --category-column} named, else the one of that
 * name. The others are files beside this class, which say what their columns mean.
 */
public final class RunViews {
  /** Views made from the tables, each a file of SQL. */
  public static final List<String> DERIVED = List.of(
      "by_category", "funnel", "waste", "trees", "calibration", "finish", "errors", "slowest", "by_executor", "by_wave",
      "over_time");
  /** Views of the tables themselves. */
  public static final List<String> TABLES =
      List.of(RunTables.GENERATIONS, RunTables.ROUNDS, RunTables.QUARANTINE, RunTables.RUNS);

  private static final String RUN_ID = "run_id";
  private static final String WAVE = "wave";
  private static final String FINISHED = "finished";
  private static final String CATEGORY = "category";
  private static final String ONE_CATEGORY = "all";
  private static final String NO_CATEGORY = "(none)";

  private final SparkSession session;
  private final List<String> runIds;

  private RunViews(SparkSession session, List<String> runIds) {
    this.session = session;
    this.runIds = runIds;
  }

  /**
   * Views over the runs in these directories, in a session of their own, so that nobody's names are taken.
   *
   * @throws TalonException BAD_INPUT for a directory that holds no run, and for a run that is named twice
   */
  public static RunViews over(SparkSession spark, List<String> directories) {
    SparkSession session = spark.newSession();
    Map<String, Dataset<Row>> views = new LinkedHashMap<>();
    List<String> runIds = new ArrayList<>();
    for (String directory : directories) {
      RunTables tables = RunTables.of(session, directory);
      Dataset<Row> generations = tables.generations(); // fails first where there is no run
      Dataset<Row> runs = orEmpty(session, tables, RunTables.RUNS, Schemas.RUNS);
      List<Row> latest = runs.orderBy(col("started").desc()).select(RUN_ID, "options").takeAsList(1);
      String runId = latest.isEmpty() ? new Path(directory).getName() : latest.get(0).getString(0);
      check(!runIds.contains(runId), ErrorCode.BAD_INPUT, "%s holds the run %s, which another directory holds too", directory,
          runId);
      runIds.add(runId);
      merge(views, RunTables.GENERATIONS, withCategory(generations, categoryColumn(latest)).withColumn(RUN_ID, lit(runId)));
      merge(views, RunTables.ROUNDS, orEmpty(session, tables, RunTables.ROUNDS, Schemas.ROUNDS.add(WAVE, DataTypes.IntegerType))
          .withColumn(RUN_ID, lit(runId)));
      merge(views, RunTables.QUARANTINE,
          orEmpty(session, tables, RunTables.QUARANTINE, Schemas.QUARANTINE.add(WAVE, DataTypes.IntegerType))
              .withColumn(RUN_ID, lit(runId)));
      merge(views, RunTables.RUNS, runs);
    }
    views.forEach((name, rows) -> rows.createOrReplaceTempView(name));
    DERIVED.forEach(name -> session.sql(text(name)).createOrReplaceTempView(name));
    return new RunViews(session, List.copyOf(runIds));
  }

  /** The runs, in the order of their directories. */
  public List<String> runIds() {
    return runIds;
  }

  /** What a query yields; BAD_INPUT when Spark cannot make sense of it. */
  public QueryResult query(String sql) {
    try {
      return new QueryResult(session.sql(sql));
    } catch (Exception e) { // Scala code throws checked exceptions that it does not declare
      throw new TalonException(
          ErrorCode.BAD_INPUT,
          "the query is not understood: " + TalonException.firstLine(e) + "; there are the views " + String.join(", ", TABLES)
              + ", " + String.join(", ", DERIVED),
          e);
    }
  }

  /** A view. */
  Dataset<Row> view(String name) {
    return session.table(name);
  }

  /** The SQL of a derived view, with the comment that explains its columns. */
  public static String text(String view) {
    try (InputStream file = RunViews.class.getResourceAsStream("views/" + view + ".sql")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a derived view shows, in one line. */
  public static String about(String view) {
    return text(view).lines().findFirst().orElseThrow().substring("-- ".length());
  }

  private static void merge(Map<String, Dataset<Row>> views, String name, Dataset<Row> rows) {
    views.merge(name, rows, (before, more) -> before.unionByName(more, true));
  }

  /** What the run was told to break its figures down by, as the table of generations calls it. */
  private static String categoryColumn(List<Row> latest) {
    try {
      String options = latest.isEmpty() ? "{}" : latest.get(0).getString(1);
      return Schemas.passThroughName(new ObjectMapper().readTree(options).path(Key.CATEGORY_COLUMN.label()).asText(CATEGORY));
    } catch (JsonProcessingException e) {
      throw new TalonException(ErrorCode.BAD_INPUT, "the table runs has options that are not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static Dataset<Row> withCategory(Dataset<Row> table, String column) {
    List<String> columns = Arrays.asList(table.columns());
    Dataset<Row> generations = columns.contains(FINISHED) // which runs of earlier versions lack
        ? table
        : table.withColumn(FINISHED, lit(null).cast(DataTypes.TimestampType));
    return columns.contains(column)
        ? generations.withColumn(CATEGORY, coalesce(col("`" + column + "`").cast(DataTypes.StringType), lit(NO_CATEGORY)))
        : generations.withColumn(CATEGORY, lit(ONE_CATEGORY));
  }

  /** A table with all columns of its schema; empty where a run that goes on, or an earlier version, has not written it. */
  private static Dataset<Row> orEmpty(SparkSession spark, RunTables tables, String name, StructType schema) {
    Dataset<Row> empty = spark.createDataFrame(List.of(), schema);
    try {
      return empty.unionByName(tables.table(name), true);
    } catch (TalonException e) {
      return empty;
    }
  }
}
