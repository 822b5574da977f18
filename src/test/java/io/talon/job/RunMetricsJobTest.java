package io.talon.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run and its engines among Spark's metrics; on the demo model. */
class RunMetricsJobTest {
  @TempDir
  Path directory;

  @Test
  void theRunAndItsEnginesCanBeScraped() throws IOException, InterruptedException {
    String ui = TestSpark.session().sparkContext().uiWebUrl().get();
    Path output = directory.resolve("out");
    AtomicBoolean going = new AtomicBoolean(true);
    TreeMap<String, Double> largest = new TreeMap<>();
    Thread scraper = new Thread(() -> {
      while (going.get()) {
        try (InputStream in = URI.create(ui + "/metrics/prometheus/").toURL().openStream()) {
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> line.matches(".*_talon_(run|engines)_\\w+_Value.*"))
              .forEach(line -> largest.merge(
                  line.replaceAll(".*_talon_(\\w+)_Value.*", "$1"),
                  Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)),
                  Math::max));
          Thread.sleep(100);
        } catch (IOException | InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    });
    scraper.start();
    String input = JobRun.SAMPLES.resolve("prompts.jsonl").toString();
    JobRun.generate(output, "--input", input, "--limit", "3", "--max-new-tokens", "6").expect(0);
    going.set(false);
    scraper.join();
    assertThat(largest).containsKeys(
        "run_rows", "run_rows_quarantined", "run_generations", "run_tokens", "run_rounds", "run_mean_accepted_tokens",
        "run_live_slots", "run_queue", "run_restarts", "engines_live_slots", "engines_queue", "engines_restarts");
    assertThat(largest.get("run_rows")).isPositive();
    assertThat(largest.get("engines_live_slots")).isPositive();
  }
}
