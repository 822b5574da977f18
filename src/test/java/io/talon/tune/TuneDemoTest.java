package io.talon.tune;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import io.talon.job.TestSpark;
import io.talon.job.insight.RecordedRun;
import io.talon.job.insight.RunViews;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is foretold from one run of the demo pair, against runs that were really made. */
class TuneDemoTest {
  @TempDir
  Path directory;

  @Test
  void tauAndDeltaAreForetoldWithinTenPercent() {
    Path recorded = run("recorded", new TreeSetting(16, 4, 0.03));
    Tuner tuner = RecordedRun.read(TestSpark.session(), recorded.toString()).tuner();
    assertOwnSetting(tuner, recorded);
    for (TreeSetting setting : List.of(
        new TreeSetting(8, 3, 0.03), new TreeSetting(12, 4, 0.03), new TreeSetting(6, 2, 0.1))) {
      Replay.Outcome outcome = tuner.estimate(Tuner.ALL, 1, setting).outcome();
      List<Object> real = RunViews.over(TestSpark.session(), List.of(run(setting.options(), setting).toString()))
          .query(
              "SELECT SUM(completion_tokens - 1) / SUM(num_rounds), SUM(num_draft_forwards) / SUM(num_rounds) FROM generations")
          .all()
          .get(0);
      assertThat(outcome.seen()).as("share of %s that was recorded", setting).isGreaterThan(0.8);
      assertThat(outcome.tau()).as("tau of %s", setting).isCloseTo((Double) real.get(0), Percentage.withPercentage(10));
      assertThat(outcome.delta()).as("delta of %s", setting).isCloseTo((Double) real.get(1), Percentage.withPercentage(10));
    }
    assertThat(tuner.estimate(Tuner.ALL, 1, new TreeSetting(16, 3, 0.3)).outcome().seen())
        .as("a stricter gate goes deeper than what was recorded, which is not recommended")
        .isLessThan(0.8);
    List<String> asked = List.of("tune", recorded.toString(), "--batches", "1", "--settings", "ar,chain:5,talon:8:3:0.1");
    assertThat(JobRun.run(null, asked).expect(0).out()).contains(
        "--policy talon --budget 16 --width 4 --mu 0.03 --batch 4; ", "| category ", "| recommended ", "| --policy ar ",
        "| --policy chain --budget 5 ",
        "| --policy talon --budget 8 --width 3 --mu 0.1 ");
    assertThat(JobRun.run(null, List.of("tune", recorded.toString(), "--settings", "talon:20:4:0.1")).expect(2).err()).contains(
        "settings must lie within that of the run, whose budget and width are at most and whose mu is at least talon:16:4:0.03:"
            + " talon:20:4:0.1");
  }

  /** What is foretold of the run's own setting, against what the run says of itself. */
  private static void assertOwnSetting(Tuner tuner, Path recorded) {
    List<Object> real = RunViews.over(TestSpark.session(), List.of(recorded.toString()))
        .query("SELECT SUM(completion_tokens - 1) / SUM(num_rounds), SUM(num_draft_forwards) / SUM(num_rounds),"
            + " SUM(completion_tokens - 1) / SUM(decode_ms) * 1000 FROM generations")
        .all()
        .get(0);
    Tuner.Estimate own = tuner.estimate(Tuner.ALL, 4, new TreeSetting(16, 4, 0.03));
    assertThat(own.outcome().tau()).as("but for the rounding of probabilities").isCloseTo((Double) real.get(0),
        Percentage.withPercentage(1));
    assertThat(own.outcome().delta()).isCloseTo((Double) real.get(1), Percentage.withPercentage(1));
    assertThat(own.perSequence()).as("the later half of the run, against all of it")
        .isBetween((Double) real.get(2) / 2, (Double) real.get(2) * 3);
  }

  private Path run(String name, TreeSetting setting) {
    Path output = directory.resolve(name.replace(' ', '_'));
    List<String> arguments = new ArrayList<>(List.of(setting.options().split(" ")));
    arguments.addAll(
        List.of("--input", JobRun.SAMPLES.resolve("prompts.jsonl").toString(), "--limit", "24", "--max-new-tokens", "48"));
    JobRun.generate(output, arguments.toArray(String[]::new)).expect(0);
    return output;
  }
}
