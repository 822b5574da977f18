package io.talon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import io.talon.source.FakeHub;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run over prompts of which most are bad: one makes the engine throw, one the target's numbers and one the draft's not finite.
 * The target comes from a hub that asks for a token, and everything that a stranger sees of the run is looked at.
 */
class BadRowsIT {
  private static final int WITHOUT_PROMPT = 100;
  private static final String UPSETS_TARGET = "~";
  private static final String UPSETS_DRAFT = "^";
  private static final String UPSETS_ENGINE = "|";
  private static final String TOKEN = "hf_nobodyMaySeeThisEither";

  private static final String DRAFT_ROW = row("draft", "What is " + UPSETS_DRAFT + "?");

  @TempDir
  Path directory;

  @Test
  void badRowsAreNamedNoOtherTextChangesAndNobodySeesTheToken() throws Exception {
    List<String> good = Files.readAllLines(Undisturbed.INPUT);
    Path demo = JobRun.SAMPLES.resolve("models/talon-demo/target");
    Path draft = BrokenModel.copy(demo, directory.resolve("draft"), UPSETS_DRAFT);
    Path classes = BrokenModel.throwing(demo, UPSETS_ENGINE, directory.resolve("classes"));
    Map<String, String> settings = new HashMap<>(Onlooker.SETTINGS);
    settings.put("spark.executor.extraClassPath", classes.toString());
    Path output = directory.resolve("out");
    Onlooker seen;
    JobRun run;
    try (FakeHub hub = new FakeHub().requiring(TOKEN)) {
      try (Stream<Path> files = Files.list(BrokenModel.copy(demo, directory.resolve("model"), UPSETS_TARGET))) {
        for (Path file : files.toList()) {
          hub.file(file.getFileName().toString(), Files.readAllBytes(file));
        }
      }
      JavaProcess driver = TestCluster.shared()
          .generate(
              output,
              settings,
              Map.of("HF_TOKEN", TOKEN),
              "--target", "hf:" + FakeHub.REPOSITORY,
              "--hf-endpoint", hub.endpoint(),
              "--draft", draft.toString(),
              "--temperature", "1",
              "--max-error-rate", "0.9",
              "--partitions", "8",
              "--input", mixed(good).toString());
      seen = Onlooker.of(driver);
      run = new JobRun(driver.exitCode(), driver.out(), driver.err(), output).expect(3);
    }
    checkTexts(run);
    checkQuarantine(run);
    checkFigures(seen.figures());
    checkSecrecy(run, seen.texts());
  }

  private void checkTexts(JobRun run) throws IOException {
    Map<String, String> texts = run.texts();
    String withoutDrafts = texts.remove("draft/0/0");
    assertThat(texts).isEqualTo(Undisturbed.texts(1));
    Path row = Files.writeString(directory.resolve("draft.jsonl"), DRAFT_ROW);
    JobRun plain =
        JobRun.generate(directory.resolve("plain"), "--input", row.toString(), "--temperature", "1", "--policy", "ar").expect(0);
    assertThat(withoutDrafts).isEqualTo(plain.texts().get("draft/0/0"));
  }

  private static void checkQuarantine(JobRun run) {
    Map<String, String> messages = new TreeMap<>();
    for (Row row : run.table("quarantine").select("prompt_id", "error_code", "error_message", "attempts").collectAsList()) {
      String before = messages.put(row.getString(0), row.getString(1) + ": " + row.getString(2));
      assertThat(before).as("Should be there once: %s", row).isNull();
      assertThat(row.getInt(3)).as("Should say how often it was begun: %s", row).isPositive();
    }
    assertThat(messages.remove("long")).startsWith("PROMPT_TOO_LONG: ");
    assertThat(messages.remove("nan")).startsWith("NOT_FINITE: ");
    assertThat(messages.remove("engine"))
        .matches(
            "(?s)ENGINE: the engine failed on it \\d times, at last without any other row beside it: .*index 99 out of range .*");
    assertThat(messages).hasSize(WITHOUT_PROMPT);
    assertThat(messages).allSatisfy((id, message) -> assertThat(id + message).matches("none-\\d+BAD_PROMPT: .*"));
  }

  private static void checkFigures(Map<String, Double> figures) {
    assertThat(figures).containsKeys("mean_accepted_tokens");
    assertThat(figures.get("rows")).isBetween(1.0, 146.0);
    assertThat(figures.get("rows_quarantined")).isBetween(1.0, 103.0);
    assertThat(figures.get("tokens")).isPositive();
    assertThat(figures.get("live_slots")).isBetween(1.0, 2.0 * 4);
    assertThat(figures.get("queue")).isPositive();
    assertThat(figures.get("restarts")).as("Should count engines that were opened again").isBetween(1.0, 9.0);
  }

  /** Logs, pages, command lines, tables and whatever else lies in files has no token. */
  private void checkSecrecy(JobRun run, Map<String, String> texts) throws IOException {
    Map<String, String> all = new TreeMap<>(texts);
    assertThat(all).containsKeys("/environment/", "SparkSubmit", "CoarseGrainedExecutorBackend", "Worker");
    assertThat(all).allSatisfy((place, text) -> assertThat(text).as(place).isNotEmpty());
    assertThat(all.get("/environment/")).contains("spark.executor.extraClassPath");
    all.put("runs", run.table("runs").toJSON().head());
    all.put("out", run.out());
    all.putAll(files(TestCluster.LOGS, ".*(out|err)"));
    all.putAll(files(run.output(), ".*"));
    assertThat(all.keySet()).anyMatch(name -> name.matches(".*/work-\\d/app-.*/stderr"))
        .anyMatch(name -> name.endsWith("/_run.json"));
    assertThat(all).allSatisfy((place, text) -> assertThat(text.contains(TOKEN)).as(place).isFalse());
  }

  private static Map<String, String> files(Path root, String names) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(path -> Files.isRegularFile(path) && path.toString().matches(names)).toList()) {
        texts.put(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return texts;
  }

  /** A hundred rows without a prompt, the good ones, and among them the others. */
  private Path mixed(List<String> good) throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < WITHOUT_PROMPT; i++) {
      rows.add("{\"id\": \"none-" + i + "\", \"category\": \"bad\", \"turns\": null}");
    }
    rows.addAll(good.subList(0, 10));
    rows.add(row("nan", "What is " + UPSETS_TARGET + "?"));
    rows.add(DRAFT_ROW);
    rows.add(row("long", "Add 17, ".repeat(700)));
    rows.addAll(good.subList(10, 30));
    rows.add(row("engine", "What is " + UPSETS_ENGINE + "?"));
    rows.addAll(good.subList(30, good.size()));
    return Files.write(directory.resolve("mixed.jsonl"), rows);
  }

  private static String row(String id, String prompt) {
    return "{\"id\": \"" + id + "\", \"category\": \"bad\", \"turns\": [\"" + prompt + "\"]}";
  }
}
