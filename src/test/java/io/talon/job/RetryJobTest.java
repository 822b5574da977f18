package io.talon.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad rows of a finished run that are decoded again; on the demo model. */
class RetryJobTest {
  @TempDir
  Path directory;

  @Test
  void badRowsAreDecodedAgainAndStandInOnePlace() throws IOException {
    String longTurn = IntStream.range(0, 700).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    Path bad = Files.writeString(
        directory.resolve("bad.jsonl"),
        "{\"id\": 1, \"turns\": [\"What does a cow eat?\", \"Add " + longTurn + ".\"]}\n"
            + "{\"id\": 2, \"turns\": [\"Add 2 and 3.\"]}\n{\"id\": 3, \"turns\": null}\n{\"id\": 4, \"turns\": [\"Add 4 and 3.\"]}\n");
    // trees that time has no say in, so that rounds can be compared
    String[] arguments =
        {"--input", bad.toString(), "--max-new-tokens", "8", "--wave-rows", "2", "--output-format", "openai-batch", "--policy",
          "talon", "--coupling", "none"};
    Path output = directory.resolve("out");
    JobRun first = JobRun.generate(output, arguments).expect(3);
    Map<String, String> texts = first.texts();
    assertThat(texts).containsOnlyKeys("1/0/0", "2/0/0", "4/0/0");
    long rounds = first.table("rounds").count();
    mendTheStagedInput(output);
    JobRun again = JobRun.generate(output, WavesJobTest.with(arguments, "--retry-quarantined")).expect(3);
    assertThat(again.out()).contains("are decoded again");
    assertThat(again.texts()).as("Should have the first answer once, and now row 3").containsOnlyKeys(
        "1/0/0", "2/0/0", "3/0/0", "4/0/0").containsAllEntriesOf(texts);
    assertThat(again.table("quarantine").select("prompt_id").collectAsList()).extracting(row -> row.getString(0))
        .containsExactly("1");
    assertThat(again.table("rounds").where("prompt_id <> '3'").count()).isEqualTo(rounds);
    Row run = again.table("runs").head();
    assertThat(run.<String>getAs("totals")).contains("\"prompts\":4", "\"generations\":4", "\"quarantined\":1");
    try (Stream<Path> files = Files.list(output.resolve("openai"))) {
      assertThat(files.mapToLong(RetryJobTest::lines).sum()).isEqualTo(4);
    }
    assertThat(WavesJobTest.names(output)).doesNotContain("_work", "_retired");
  }

  /** What a user would have done to the cause of a bad row: here, a prompt takes the place of null in the staged input. */
  private static void mendTheStagedInput(Path output) throws IOException {
    for (Path wave : WavesJobTest.list(output.resolve("_input"))) {
      if (wave.getFileName().toString().startsWith("wave=")) {
        Path mended = Files.createTempDirectory("mended").resolve("rows");
        TestSpark.session()
            .read()
            .parquet(wave.toString())
            .selectExpr(
                "c0",
                "if(c0 = '3', '{\"id\": 3, \"turns\": [\"Add 1 and 1.\"]}', c1) as c1", "c2", "c3")
            .write()
            .parquet(mended.toString());
        for (Path file : WavesJobTest.list(wave)) {
          Files.delete(file);
        }
        for (Path file : WavesJobTest.list(mended)) {
          Files.move(file, wave.resolve(file.getFileName()));
        }
      }
    }
  }

  private static long lines(Path file) {
    try {
      return Files.readAllLines(file).size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
