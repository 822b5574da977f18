package io.talon.job.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.cli.JobRun;
import io.talon.job.TestSpark;
import io.talon.tune.TreeSetting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The committed runs can still be read: a change of the tables that forgets older runs shows here. */
class SampleRunsTest {
  private static final String TALON = JobRun.SAMPLES.resolve("runs/demo-talon").toString();
  private static final String EAGLE = JobRun.SAMPLES.resolve("runs/demo-eagle3").toString();

  @Test
  void viewsReadThem() {
    RunViews views = RunViews.over(TestSpark.session(), List.of(TALON, EAGLE));
    assertThat(views.query("SELECT category, generations, tokens, tau FROM by_category WHERE run_id = '" + views.runIds().get(0)
        + "' AND category = 'chat'").all()).hasToString("[[chat, 14, 480, 4.198]]");
    assertThat(views.query("SELECT error_code, SUM(rows_lost) FROM errors GROUP BY error_code ORDER BY error_code").all())
        .hasToString("[[BAD_PROMPT, 4], [PROMPT_TOO_LONG, 2]]");
    for (String view : RunViews.DERIVED) {
      assertThat(views.query("SELECT * FROM " + view).all()).as(view).isNotEmpty();
    }
  }

  @Test
  void tuneAndCompareReadThem() {
    RecordedRun run = RecordedRun.read(TestSpark.session(), TALON);
    assertThat(run.setting()).isEqualTo(new TreeSetting(16, 4, 0.03));
    assertThat(run.allRounds()).isEqualTo(397);
    assertThat(run.tuner().advise(List.of(1))).as("advice for six categories and for all").hasSize(7);
    assertThat(run.tuner().about()).contains("\nplain: as the run measured it (--baseline)");
    assertThatThrownBy(() -> RecordedRun.read(TestSpark.session(), EAGLE)).hasMessage(EAGLE
        + " cannot be tuned: its trees were grown by eagle3, and only those of talon can be replayed; record a run of the same prompts"
        + " with --policy talon --baseline sample:0.1, the largest --budget and --width and the smallest --mu of interest");
    Comparison comparison = Comparison.of(TestSpark.session(), EAGLE, TALON);
    assertThat(comparison.alone()).isZero();
    assertThat(comparison.lines()).last().satisfies(total -> {
      assertThat(total.pairs()).isEqualTo(53);
      assertThat(total.equal()).as("policies change no text").isEqualTo(53);
    });
  }

  @Test
  void theReportHasTheWordsOfAGeneration() {
    ObjectNode figures = new ReportFigures(TestSpark.session(), List.of(TALON)).toJson();
    assertThat(figures.at("/generation/tokens/0/text").asText()).as("a text, not the number of its token").doesNotStartWith("[");
    assertThat(figures.at("/runs/0/about").asText()).startsWith("data-samples/models/talon-demo/target, policy talon, budget 16");
  }

  @Test
  void theirTextHasNoPlaceOfTheMachineThatMadeThem() throws IOException {
    try (Stream<Path> files = Files.walk(JobRun.SAMPLES.resolve("runs"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".json")).toList()) {
        assertThat(Files.readString(file, StandardCharsets.UTF_8)).as(file.toString()).doesNotContain("/home", "/work", "/root");
      }
    }
    assertThat(
        RunViews.over(TestSpark.session(), List.of(TALON, EAGLE)).query("SELECT models, options FROM runs").all().toString())
        .contains("\"reference\":\"/opt/talon/data-samples/")
        .doesNotContain("/home", "/work", "/root");
  }
}
