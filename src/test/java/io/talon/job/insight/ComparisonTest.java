package io.talon.job.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.TalonException;
import io.talon.cli.JobRun;
import io.talon.job.TestSpark;
import io.talon.stats.Bootstrap.Interval;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs of two prompts: p1, a chat, is decoded in 15 ms instead of 30 by the second run, and with fewer rounds. */
class ComparisonTest {
  private static final Offset<Double> CLOSE = Offset.offset(1e-9);

  @TempDir
  Path directory;

  @Test
  void pairsAreComparedByCategoryWithIntervalsOverPrompts() {
    String first = HandMadeRun.write(directory.resolve("a"), "a").toString();
    Map<String, Object> changes =
        Map.of("decode_ms", 15.0, "num_rounds", 1, "num_draft_forwards", 4, "generated_token_ids", new Object[] {1});
    String second = HandMadeRun.write(directory.resolve("b"), "b", "aa", changes).toString();
    Comparison comparison = Comparison.of(TestSpark.session(), first, second);

    assertThat(comparison.runIds()).containsExactly("a", "b");
    assertThat(comparison.notes()).isEmpty();
    assertThat(comparison.alone()).isZero();
    assertThat(comparison.lines()).extracting(Comparison.Line::category).containsExactly("chat", "code", "total");
    Comparison.Line chat = comparison.lines().get(0);
    assertThat(chat.pairs()).isEqualTo(1);
    assertThat(chat.equal()).isZero();
    assertThat(chat.speed()).containsExactly(200, 400);
    assertThat(chat.faster()).as("One prompt has no interval").isEqualTo(new Interval(2, Double.NaN, Double.NaN));
    Comparison.Line total = comparison.lines().get(2);
    assertThat(total.equal()).isEqualTo(1);
    assertThat(total.speed()).containsExactly(new double[] {180, 9e3 / 35}, CLOSE);
    assertThat(total.faster().value()).isCloseTo(9e3 / 35 / 180, CLOSE);
    assertThat(total.faster().low()).as("Code alone").isEqualTo(1);
    assertThat(total.faster().high()).as("Chat alone").isEqualTo(2);
    assertThat(total.tau()).containsExactly(9.0 / 4, 3);
    assertThat(total.tauGain()).isEqualTo(new Interval(0.75, 0, 3));
    assertThat(total.delta()).containsExactly(new double[] {9.0 / 4, 8.0 / 3}, CLOSE);
    assertThat(total.deltaGain().high()).isEqualTo(1.5);

    JobRun printed = JobRun.run(null, List.of("compare", first, second)).expect(0);
    assertThat(printed.out()).contains("1.43 [1.00, 2.00]", "+0.75 [+0.00, +3.00]", "1 of 2 pairs have the same text");
  }

  @Test
  void onlyWhatIsHardwareDiffersInHardware() {
    String machine = "\"cpu\":\"A\",\"cores\":2,\"os\":\"Linux\",\"device\":\"cpu\",\"threads\":";
    String one = machine("one", "{\"driver cpu\":{" + machine + "2,\"slots\":4,\"restarts\":0}}");
    String two = machine("two", "{\"7 cpu\":{" + machine + "2,\"slots\":1,\"restarts\":1},\"8 cpu\":{" + machine + "2}}");
    String three = machine("three", "{\"driver cpu\":{" + machine + "1}}");
    assertThat(Comparison.of(TestSpark.session(), one, two).notes()).isEmpty();
    assertThat(Comparison.of(TestSpark.session(), one, three).notes()).containsExactly(
        "the runs differ in hardware: cpu A, cores 2, os Linux, device cpu, threads 2 and cpu A, cores 2, os Linux, device cpu,"
            + " threads 1");
  }

  private String machine(String name, String hardware) {
    return HandMadeRun.write(directory.resolve(name), name, "aa", hardware, Map.of()).toString();
  }

  @Test
  void runsThatAskForOtherThingsAreNotCompared() {
    String run = HandMadeRun.write(directory.resolve("a"), "a").toString();
    assertThatThrownBy(() -> compare(run, "prompt", "aa", Map.of("prompt_text", "another")))
        .hasMessageEndingWith("1 of 2 pairs have prompts that differ though prompt_id, sample and turn agree");
    assertThatThrownBy(() -> compare(run, "temperature", "aa", Map.of("temperature", 1.0)))
        .hasMessageEndingWith("1 of 2 pairs have another temperature");
    assertThatThrownBy(() -> compare(run, "model", "bb", Map.of()))
        .isInstanceOf(TalonException.class)
        .hasMessage("the runs cannot be compared: their target models differ, SHA-256 aa and bb");
  }

  private Comparison compare(String run, String name, String hash, Map<String, Object> changes) {
    String other = HandMadeRun.write(directory.resolve(name), name, hash, changes).toString();
    return Comparison.of(TestSpark.session(), run, other);
  }
}
