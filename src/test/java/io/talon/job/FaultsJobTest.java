package io.talon.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import io.talon.serve.EnginePool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run meets that is not right: rows, and what lies around it. */
class FaultsJobTest {
  @TempDir
  Path directory;

  private Path output() {
    return directory.resolve("out");
  }

  private Path input(String... lines) throws IOException {
    return Files.writeString(directory.resolve("input.jsonl"), String.join("\n", lines) + "\n");
  }

  private static String[] rows(int from, int to, String prompt) {
    return IntStream.range(from, to)
        .mapToObj(i -> "{\"id\": " + i + ", \"prompt\": " + prompt + "}")
        .toArray(String[]::new);
  }

  @Test
  void nothingIsStagedForAnEngineThatDoesNotOpen() throws IOException {
    Path input = input(rows(0, 2, "\"hi\""));
    JobRun run = JobRun.generate(output(), "--input", input.toString(), "--device", "cuda:97").expect(2);
    assertThat(run.err()).startsWith("error: DEVICE: ").contains("cuda:97");
    assertThat(output()).isEmptyDirectory();
  }

  @Test
  void aHundredBadRowsAtTheStartAreBorneAndABadInputEndsAtItsFirstWave() throws IOException {
    Path good = input(Stream.concat(Stream.of(rows(0, 100, "null")), Stream.of(rows(100, 120, "\"hi\""))).toArray(String[]::new));
    JobRun borne = JobRun.generate(
        output(), "--input", good.toString(), "--max-new-tokens", "1", "--policy", "ar", "--max-error-rate", "0.9").expect(3);
    assertThat(borne.table("generations").count()).isEqualTo(20);
    assertThat(borne.table("quarantine").count()).isEqualTo(100);
    Path other = directory.resolve("other");
    Path bad = input(rows(0, 1500, "null"));
    JobRun ended = JobRun.generate(other, "--input", bad.toString(), "--wave-rows", "500").expect(1);
    assertThat(ended.err())
        .containsPattern("error: JOB: \\d+ of the \\d+ rows that were begun, of 1500 in all, are bad, more than ");
    try (Stream<Path> files = Files.list(other)) {
      assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("wave="));
    }
  }

  @Test
  void samplesAreBoundedAndHandedOutAsTheyAreDecoded() throws IOException, InterruptedException {
    Path input = input(
        "{\"id\": \"many\", \"prompt\": \"hi\", \"n\": 100}",
        "{\"id\": \"more\", \"prompt\": \"hi\", \"n\": 101}");
    CompletableFuture<JobRun> running = CompletableFuture.supplyAsync(() -> JobRun.generate(
        output(),
        "--input", input.toString(),
        "--override-columns", "n", "--max-samples", "100", "--max-new-tokens", "2", "--policy", "ar", "--partitions", "1"));
    int most = 0;
    while (!running.isDone()) {
      most = Math.max(most, EnginePool.load().waiting());
      Thread.sleep(2);
    }
    JobRun run = running.join().expect(3);
    assertThat(most).as("Should keep one batch waiting and no more").isBetween(1, 8);
    assertThat(run.texts()).hasSize(100).containsKeys("many/0/0", "many/99/0");
    assertThat(run.table("quarantine").select("error_message").head().getString(0))
        .isEqualTo("samples must be 100 at most, as --max-samples says: 101");
    assertThat(JobRun.generate(directory.resolve("no"), "--input", input.toString(), "--samples", "1025").expect(2).err())
        .contains("samples must be 1024 at most, as --max-samples says: 1025");
  }
}
