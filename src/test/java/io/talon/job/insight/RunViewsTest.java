package io.talon.job.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.cli.JobRun;
import io.talon.job.TestSpark;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every view on a run whose figures were computed by hand, in Spark SQL and unchanged in DuckDB. */
class RunViewsTest {
  private static final Path DUCKDB = Path.of("notebooks/duckdb.sql");
  private static final Map<String, List<String>> EXPECTED = expected();

  private static Map<String, List<String>> expected() {
    return Map.ofEntries(
        Map.entry(
            "by_category",
            List.of("r chat 1 7 3 2.5 0.571 200 1 2", "r code 1 4 1.5 2 0.167 150 0 null")),
        Map.entry(
            "funnel",
            List.of("r 1 0 4 4 2 0.5 0.5", "r 1 1 4 4 1 0.25 0.25", "r 2 0 3 2 1 0.3333 0.5", "r 3 0 1 1 1 1 1")),
        Map.entry(
            "waste",
            List.of("r p2 0 0 code 4 1.5 2 6 5 0.833 1.5", "r p1 0 0 chat 7 3 2.5 7 3 0.429 0.5")),
        Map.entry(
            "trees",
            List.of("r 1 4 2 2 3 0.75", "r 2 3 1 1.333 2 0.3333", "r 3 1 0.25 1 1 1")),
        Map.entry(
            "calibration",
            List.of(
                "r 0.1 1 0.15 0 -0.15", "r 0.2 1 0.25 0 -0.25", "r 0.3 3 0.33 0.3333 0.0033", "r 0.5 2 0.535 0.5 -0.035",
                "r 0.6 2 0.635 0.5 -0.135", "r 0.7 1 0.75 1 0.25", "r 0.8 1 0.85 0 -0.85", "r 0.9 1 0.95 1 0.05")),
        Map.entry(
            "finish",
            List.of("r end 1 0.5 7 7 7", "r length 1 0.5 4 4 4")),
        Map.entry(
            "errors",
            List.of("r BAD_PROMPT 1 2 p3 a prompt must have a token")),
        Map.entry(
            "slowest",
            List.of("r p2 0 0 code 9 4 length 150 1.5 2 10 15 4 2 cpu", "r p1 0 0 chat 9 7 end 200 3 2 10 15 4 1 cpu")),
        Map.entry(
            "by_executor",
            List.of("r 1 cpu 1 7 0 0.002 200 1.5 0.018 333.3", "r 2 cpu 1 4 1 0.002 150 1.5 0.015 200")),
        Map.entry(
            "by_wave",
            List.of("r 0 1 7 3 200 0", "r 1 1 4 1.5 150 1")),
        Map.entry(
            "over_time",
            // 60 ms: p1 in the first 32, nobody for 6, p2 in the last 22.
            IntStream.range(0, 60)
                .mapToObj(i -> plain("r", i, i / 1e3, i < 32 ? 218.8 : i < 38 ? 0 : 181.8, i < 32 || i >= 38 ? 1 : 0))
                .toList()));
  }

  @TempDir
  static Path directory;

  private static Path run;

  @BeforeAll
  static void write() {
    run = HandMadeRun.write(directory.resolve("run"), "r");
  }

  @Test
  void everyViewYieldsTheFiguresComputedByHand() {
    assertThat(EXPECTED.keySet()).containsExactlyInAnyOrderElementsOf(RunViews.DERIVED);
    RunViews views = RunViews.over(TestSpark.session(), List.of(run.toString()));
    EXPECTED.forEach((view, rows) -> assertThat(views.query("SELECT * FROM " + view).all())
        .as(view)
        .extracting(RunViewsTest::line)
        .containsExactlyElementsOf(rows));
  }

  @Test
  void theSameFilesRunInDuckDb() throws SQLException, IOException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET VARIABLE run = '" + run + "'");
      for (String command : Files.readString(DUCKDB).split(";\n")) {
        statement.execute(command);
      }
      for (String view : RunViews.DERIVED) {
        statement.execute("CREATE VIEW " + view + " AS " + RunViews.text(view));
        try (ResultSet result = statement.executeQuery("SELECT * FROM " + view)) {
          assertThat(lines(result)).as(view).containsExactlyElementsOf(EXPECTED.get(view));
        }
      }
    }
  }

  @Test
  void everyColumnIsExplained() {
    RunViews views = RunViews.over(TestSpark.session(), List.of(run.toString()));
    for (String view : RunViews.DERIVED) {
      List<String> comment = RunViews.text(view).lines().filter(line -> line.startsWith("--")).toList();
      assertThat(views.query("SELECT * FROM " + view).columns())
          .as(view)
          .allSatisfy(column -> assertThat(comment).anyMatch(line -> line.matches("-- (\\w+, )*" + column + "(,.*)?  .*")));
    }
  }

  @Test
  void severalRunsAreToldApart() {
    Path other = HandMadeRun.write(directory.resolve("other"), "s");
    RunViews views = RunViews.over(TestSpark.session(), List.of(run.toString(), other.toString()));
    assertThat(views.query("SELECT run_id, SUM(tokens) FROM by_category GROUP BY run_id ORDER BY run_id").all())
        .extracting(RunViewsTest::line)
        .containsExactly("r 11", "s 11");
    List<String> twice = List.of(run.toString(), run.toString());
    assertThatThrownBy(() -> RunViews.over(TestSpark.session(), twice))
        .isInstanceOf(TalonException.class)
        .hasMessage("%s holds the run r, which another directory holds too", run)
        .extracting(thrown -> ((TalonException) thrown).code())
        .isEqualTo(ErrorCode.BAD_INPUT);
  }

  @Test
  void theCategoryIsTheColumnThatTheRunWasGiven() throws IOException {
    Path other = HandMadeRun.write(directory.resolve("topics"), "t", "aa", Map.of("topic", "maths"));
    Path runs = directory.resolve("runs-of-topics");
    Files.move(other.resolve("runs"), runs);
    TestSpark.session().read().parquet(runs.toString())
        .withColumn("options", functions.lit("{\"category-column\":\"topic\"}"))
        .write().parquet(other.resolve("runs").toString());
    assertThat(RunViews.over(TestSpark.session(), List.of(other.toString()))
        .query("SELECT category, tokens FROM by_category").all())
        .extracting(RunViewsTest::line)
        .containsExactly("(none) 4", "maths 7");
  }

  @Test
  void theCommandPrintsTablesCsvAndJson() throws IOException {
    String query = "SELECT category, tokens, speedup FROM by_category";
    assertThat(sql(query, "--csv").expect(0).out()).isEqualTo("category,tokens,speedup\nchat,7,2.0\ncode,4,\n");
    assertThat(sql(query, "--json").expect(0).out())
        .isEqualTo(
            "{\"category\":\"chat\",\"tokens\":7,\"speedup\":2.0}\n{\"category\":\"code\",\"tokens\":4,\"speedup\":null}\n");
    assertThat(sql(query, "--markdown").expect(0).out())
        .isEqualTo("| category | tokens | speedup |\n| --- | --- | --- |\n| chat | 7 | 2.0 |\n| code | 4 |  |\n");
    sql(query, "--parquet", directory.resolve("rows").toString()).expect(0);
    assertThat(TestSpark.session().read().parquet(directory.resolve("rows").toString()).count()).isEqualTo(2);
    assertThat(sql(query, "--csv", "--json").expect(2).err()).contains("one way to print can be chosen: [--csv, --json]");
    assertThat(sql("errors").expect(0).out())
        .contains("| run_id | error_code | rows_lost | most_attempts | example_id | example_message            |");
    Path file = Files.writeString(directory.resolve("q.sql"), "SELECT widths FROM rounds\nWHERE accepted = 3;\n");
    assertThat(sql(file.toString(), "--csv").expect(0).out()).isEqualTo("widths\n\"[2,1,1]\"\n");
    assertThat(sql("SELECT nothing FROM rounds").expect(2).err())
        .startsWith("error: BAD_INPUT: the query is not understood: ")
        .contains("there are the views generations, rounds, quarantine, runs, by_category");
    assertThat(sql("funel").expect(2).err())
        .contains("there is neither a directory nor a view of that name", "by_category, funnel, ", ": funel");
    assertThat(JobRun.run(null, List.of("sql", "funnel")).expect(2).err())
        .contains("the output directory of a run must come before the query: funnel");
  }

  private static JobRun sql(String... arguments) {
    List<String> all = new ArrayList<>(List.of("sql", run.toString()));
    all.addAll(List.of(arguments));
    return JobRun.run(null, all);
  }

  private static List<String> lines(ResultSet result) throws SQLException {
    List<String> lines = new ArrayList<>();
    while (result.next()) {
      List<Object> row = new ArrayList<>();
      for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
        row.add(result.getObject(i));
      }
      lines.add(line(row));
    }
    return lines;
  }

  /** The values with blanks between them, numbers without trailing zeros, whatever type they have. */
  private static String line(List<Object> row) {
    return String.join(" ", row.stream().map(RunViewsTest::text).toList());
  }

  private static String plain(Object... values) {
    return line(Arrays.asList(values));
  }

  private static String text(Object value) {
    return value instanceof Number
        ? new BigDecimal(value.toString()).stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }
}
