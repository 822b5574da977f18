package io.talon.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run and its engines among Spark's metrics; on the demo model. */
class RunMetricsJobTest {
  @TempDir
  Path directory;

  @Test
  void theRunAndItsEnginesCanBeScraped() throws IOException {
    URI page = URI.create(TestSpark.session().sparkContext().uiWebUrl().get() + "/metrics/prometheus/");
    TreeMap<String, Double> largest = new TreeMap<>();
    // one slot that is busy for seconds on end, and scrapes of milliseconds without a pause between them
    CompletableFuture<JobRun> running = CompletableFuture.supplyAsync(() -> JobRun.generate(
        directory.resolve("out"),
        "--input", JobRun.SAMPLES.resolve("prompts.jsonl").toString(),
        "--limit", "6", "--max-new-tokens", "64", "--policy", "ar", "--batch", "1", "--partitions", "1"));
    while (!running.isDone()) {
      scrape(page, largest);
    }
    running.join().expect(0);
    assertThat(largest).containsKeys(
        "run_rows", "run_rows_quarantined", "run_generations", "run_tokens", "run_rounds", "run_mean_accepted_tokens",
        "run_live_slots", "run_queue", "run_restarts", "engines_live_slots", "engines_queue", "engines_restarts");
    assertThat(largest.get("run_rows")).isPositive();
    assertThat(largest.get("engines_live_slots")).isEqualTo(1);
    assertThat(largest.get("engines_queue")).isBetween(1.0, 2.0);
  }

  /** Keeps the largest value that each of our figures had. */
  private static void scrape(URI page, TreeMap<String, Double> largest) throws IOException {
    try (InputStream in = page.toURL().openStream()) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.matches(".*_talon_(run|engines)_\\w+_Value.*"))
          .forEach(line -> largest.merge(
              line.replaceAll(".*_talon_(\\w+)_Value.*", "$1"),
              Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)),
              Math::max));
    }
  }
}
