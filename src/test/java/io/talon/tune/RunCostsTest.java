package io.talon.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Prices by hand, of chains of four rows that take three draft forwards, and of two rows that take one. */
class RunCostsTest {
  private static final Offset<Double> CLOSE = Offset.offset(1e-9);
  private static final TreeSetting CHAIN = new TreeSetting(4, 1, 1);
  private static final List<RunCosts.Stretch> MILLISECOND = List.of(new RunCosts.Stretch(1, 0)); // of a round, beside its forwards

  @Test
  void theRunsOwnSettingCostsWhatItTook() {
    Tuner tuner = tuner(MILLISECOND, deep(0, 1, 3, 5));
    assertMillis(tuner, CHAIN, 1, 5 + 3 + 1);
    assertMillis(tuner, CHAIN, 2, 5 + 3 + 1); // nothing says that rows cost anything
    assertMillis(tuner, new TreeSetting(2, 1, 1), 1, 5 + 1 + .6); // three calls of the five that took a millisecond
    assertMillis(tuner, TreeSetting.PLAIN, 1, 5 + .4);
    assertThat(tuner.about()).isEqualTo("level: the typical stretch of the run's later half (1 rounds in 1 stretches), a target"
        + " forward of 4 rows 5.00 ms\nplain: not measured by this run but continued from forwards of 4 to 4 rows, which may be"
        + " far off; a run with --baseline sample:0.1 has it");
    assertThatThrownBy(() -> tuner(MILLISECOND, timed(CHAIN.budget(), null))).hasMessage(
        "a run must have timed rounds to be priced: 0");
  }

  @Test
  void plainDecodingCostsWhatTheRunMeasured() {
    List<RunCosts.Stretch> stretches =
        List.of(new RunCosts.Stretch(1, 1.2), new RunCosts.Stretch(1, 0), new RunCosts.Stretch(1, 1.3),
            new RunCosts.Stretch(1, 9));
    Tuner tuner = tuner(stretches, deep(0, 1, 3, 5));
    assertMillis(tuner, TreeSetting.PLAIN, 1, 1.3);
    assertMillis(tuner, CHAIN, 1, 9);
    // Two rows are two thirds of the way from four, which take 5 ms, to one, which takes 1.3 less the other calls.
    assertMillis(tuner, new TreeSetting(2, 1, 1), 1, 5 * (1 / 3. + 2 / 3. * (.9 / 5)) + 1 + .6);
    assertThat(tuner.about()).endsWith("\nplain: as the run measured it (--baseline)");
  }

  @Test
  void rowsCostWhatRoundsSay() {
    Tuner tuner = tuner(MILLISECOND, deep(0, 1, 3, 5), flat(0, 1, 1, 4));
    assertMillis(tuner, CHAIN, 1, 4.5 + 2 + 1);
    assertMillis(tuner, TreeSetting.PLAIN, 1, 3.5 + .5);
    assertMillis(tuner, TreeSetting.PLAIN, 4, 5 + .5);
  }

  @Test
  void aSlowStretchNeitherBendsTheLineNorSetsTheLevel() {
    RecordedRound[] rounds = Stream.of(
        Stream.generate(() -> deep(0, 1, 3, 5)).limit(4),
        Stream.generate(() -> deep(1, 1, 3, 5)).limit(4),
        Stream.generate(() -> deep(2, 1, 6, 10)).limit(3),
        Stream.of(flat(2, 1, 2, 8))) // all the small ones, while the machine was slow
        .flatMap(stretch -> stretch)
        .toArray(RecordedRound[]::new);
    Tuner tuner = tuner(List.of(new RunCosts.Stretch(0, 0)), rounds);
    assertMillis(tuner, TreeSetting.PLAIN, 1, 3.5);
    assertMillis(tuner, CHAIN, 1, (11 * 5 + 4) / 12.0 + (11 * 3 + 1) / 12.0);
  }

  @Test
  void thePausesOfATypicalStretchArePartOfThePrice() {
    RecordedRound[] rounds = IntStream.range(0, 12)
        .mapToObj(i -> deep(i / 4, 1, 3, i % 4 == 0 ? 13 : 5)) // in each stretch one round of four waits for 8 ms
        .toArray(RecordedRound[]::new);
    assertMillis(tuner(MILLISECOND, rounds), CHAIN, 1, 7 + 3 + 1);
  }

  @Test
  void sequencesShareTheDraftForwardsOfTheDeepest() {
    // Of four pairs one is shallow twice; a forward takes a millisecond.
    Tuner tuner =
        tuner(List.of(new RunCosts.Stretch(0, 0)), deep(0, 2, 3, 5), deep(0, 2, 3, 5), flat(0, 2, 3, 5), flat(0, 2, 1, 5));
    assertMillis(tuner, CHAIN, 2, 5 + 2.5);
    assertMillis(tuner, CHAIN, 1, 5 + 2);
  }

  @Test
  void aRunThatWasStillGettingFasterSaysSo() {
    RecordedRound[] rounds =
        IntStream.range(0, RunCosts.STRETCHES).mapToObj(i -> deep(i, 1, 3, i < 4 ? 6 : 4)).toArray(RecordedRound[]::new);
    assertThat(tuner(MILLISECOND, rounds).about()).endsWith(
        "\nthe run was not warm yet: forwards of its third quarter took 1.50 times as long as those of its last; a longer run says more");
  }

  @Test
  void theFastestSettingIsRecommended() {
    TreeSetting even = tuner(MILLISECOND, deep(0, 1, .3, 1)).advise(List.of(1)).get(0).best().outcome().setting();
    assertThat(even).isEqualTo(CHAIN);
    assertThat(even.options()).isEqualTo("--policy chain --budget 4");
    TreeSetting dear = tuner(List.of(new RunCosts.Stretch(0, 0)), deep(0, 1, 1.5, 4), flat(0, 1, .5, 2)).advise(List.of(8)).get(0)
        .best().outcome().setting();
    assertThat(dear).as("Where rows cost in full, drafts pay nothing").isEqualTo(TreeSetting.PLAIN);
    assertThat(dear.options()).isEqualTo("--policy ar");
  }

  private static Tuner tuner(List<RunCosts.Stretch> stretches, RecordedRound... rounds) {
    return new Tuner(CHAIN, Map.of("chat", List.of(rounds)), stretches, 1);
  }

  private static RecordedRound deep(int stretch, int live, double draftMs, double verifyMs) {
    return timed(4, new RecordedRound.Times(stretch, live, draftMs, verifyMs));
  }

  private static RecordedRound flat(int stretch, int live, double draftMs, double verifyMs) {
    return timed(2, new RecordedRound.Times(stretch, live, draftMs, verifyMs));
  }

  /** A chain that is accepted to its end. */
  private static RecordedRound timed(int rows, RecordedRound.Times times) {
    int[] parents = IntStream.range(0, rows - 1).toArray();
    float[] logProbs = new float[rows - 1];
    for (int i = 0; i < logProbs.length; i++) {
      logProbs[i] = -.1f * (i + 1);
    }
    return new RecordedRound(parents, logProbs, IntStream.range(1, rows).toArray(), 99, rows - 1, times);
  }

  private static void assertMillis(Tuner tuner, TreeSetting setting, int batch, double millis) {
    Tuner.Estimate estimate = tuner.estimate("chat", batch, setting);
    assertThat(batch * estimate.outcome().tau() * 1e3 / estimate.tokensPerSecond()).as(setting.options()).isCloseTo(millis,
        CLOSE);
  }
}
