package io.talon.job.waves;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import io.talon.conf.Command;
import io.talon.conf.GenerateOptions;
import io.talon.conf.Key;
import io.talon.conf.Settings;
import io.talon.job.TestSpark;
import io.talon.job.input.Input;
import io.talon.run.StopAt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StagedInputTest {
  private static final int ROWS = 60;
  private static final int DOCUMENTS = 5;
  private static final int UNIT_ROWS = 12;

  @TempDir
  Path directory;

  /** Questions about a few documents, of which each is asked about all over the input. */
  @ParameterizedTest
  @CsvSource({"prompt, '\"%s Question %d?\"'", "messages, '[{\"role\": \"user\", \"content\": \"%s Question %d?\"}]'"})
  void promptsThatBeginAlikeMeetInAUnit(String column, String form) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      String document = "Document %d, which is long.".formatted(i % DOCUMENTS);
      lines.append("{\"id\": \"p-%d\", \"%s\": %s}\n".formatted(i, column, form.formatted(document, i)));
    }
    Path file = Files.writeString(directory.resolve("input.jsonl"), lines);
    Path output = directory.resolve("out");
    GenerateOptions options = GenerateOptions.of(Settings.layered(
        Command.GENERATE,
        Map.of(
            Key.INPUT, List.of(file.toString()),
            Key.OUTPUT, List.of(output.toString()),
            Key.TARGET, List.of(JobRun.SAMPLES.resolve("models/talon-demo/target").toString()),
            Key.POLICY, List.of("ar")),
        null));
    SparkSession spark = TestSpark.session();
    RunDirectory out = RunDirectory.of(output.toString(), spark.sparkContext().hadoopConfiguration());
    StagedInput staged;
    try (Input input = Input.read(spark, options.input())) {
      staged = StagedInput.write(out, input, new StagedInput.Cut(1, UNIT_ROWS), options, new StopAt(null, 0, false));
    }
    List<List<Row>> units = staged.read(spark, 0).javaRDD().glom().collect();
    Set<String> ids = new TreeSet<>();
    int meetings = 0;
    for (List<Row> unit : units) {
      Set<String> documents = new HashSet<>();
      for (Row row : unit) {
        ids.add(row.getString(0));
        documents.add(row.getString(1).replaceAll(".*(Document \\d).*", "$1"));
      }
      meetings += documents.size();
    }
    assertThat(ids).as("Should lose nothing").hasSize(ROWS);
    assertThat(units).hasSize(ROWS / UNIT_ROWS);
    assertThat(meetings).as("documents in units: 25 by chance, or nearly").isLessThanOrEqualTo(ROWS / UNIT_ROWS + DOCUMENTS - 1);
  }
}
