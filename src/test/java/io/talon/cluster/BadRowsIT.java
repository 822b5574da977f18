package io.talon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run over prompts of which most are bad, on a target that one of them upsets and a draft model that another one upsets. */
class BadRowsIT {
  private static final int WITHOUT_PROMPT = 100;
  private static final String UPSETS_TARGET = "~";
  private static final String UPSETS_DRAFT = "^";

  @TempDir
  Path directory;

  @Test
  void badRowsAreNamedAndNoOtherTextChanges() throws Exception {
    List<String> good = Files.readAllLines(Undisturbed.INPUT);
    Path demo = JobRun.SAMPLES.resolve("models/talon-demo/target");
    Path model = BrokenModel.copy(demo, directory.resolve("model"), UPSETS_TARGET);
    Path draft = BrokenModel.copy(demo, directory.resolve("draft"), UPSETS_DRAFT);
    Path output = directory.resolve("out");
    JavaProcess driver = TestCluster.shared()
        .generate(
            output,
            Scrape.SETTINGS,
            "--target", model.toString(),
            "--draft", draft.toString(),
            "--temperature", "1",
            "--max-error-rate", "0.9",
            "--partitions", "8",
            "--input", mixed(good).toString());
    Map<String, Double> seen = Scrape.largest(driver);
    JobRun run = new JobRun(driver.exitCode(), driver.out(), driver.err(), output).expect(3);
    assertThat(run.texts()).isEqualTo(Undisturbed.firstSamples());
    Map<String, String> codes = new TreeMap<>();
    for (Row row : run.table("quarantine").select("prompt_id", "error_code", "attempts").collectAsList()) {
      assertThat(codes.put(row.getString(0), row.getString(1))).as("Should be there once: %s", row).isNull();
      assertThat(row.getInt(2)).as("Should say how often it was begun: %s", row).isPositive();
    }
    assertThat(seen).containsKeys("mean_accepted_tokens", "restarts");
    assertThat(seen.get("rows")).isBetween(1.0, 145.0);
    assertThat(seen.get("rows_quarantined")).isBetween(1.0, 103.0);
    assertThat(seen.get("tokens")).isPositive();
    assertThat(seen.get("live_slots")).isBetween(1.0, 2.0 * 4);
    assertThat(seen.get("queue")).isPositive();
    assertThat(codes).hasSize(WITHOUT_PROMPT + 3)
        .containsEntry("long", "PROMPT_TOO_LONG")
        .containsEntry("nan", "NOT_FINITE")
        .containsEntry("draft", "NOT_FINITE");
    assertThat(codes.keySet()).filteredOn(id -> id.startsWith("none-")).hasSize(WITHOUT_PROMPT);
  }

  /** A hundred rows without a prompt, the good ones, and among them the others. */
  private Path mixed(List<String> good) throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < WITHOUT_PROMPT; i++) {
      rows.add("{\"id\": \"none-" + i + "\", \"category\": \"bad\", \"turns\": null}");
    }
    rows.addAll(good.subList(0, 10));
    rows.add(row("nan", "What is " + UPSETS_TARGET + "?"));
    rows.add(row("draft", "What is " + UPSETS_DRAFT + "?"));
    rows.add(row("long", "Add 17, ".repeat(700)));
    rows.addAll(good.subList(10, good.size()));
    return Files.write(directory.resolve("mixed.jsonl"), rows);
  }

  private static String row(String id, String prompt) {
    return "{\"id\": \"" + id + "\", \"category\": \"bad\", \"turns\": [\"" + prompt + "\"]}";
  }
}
