package io.talon.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.cost.CostGrid;
import io.talon.cost.CostTable;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Prices by hand: the table says 2.5 ms for four rows and 0.5 ms for a draft forward of one, and rounds took twice that. */
class RunCostsTest {
  private static final Offset<Double> CLOSE = Offset.offset(1e-9);
  private static final TreeSetting CHAIN = new TreeSetting(4, 1, 1);
  private static final RunCosts.Means MEANS = new RunCosts.Means(1.4, 1, 0, 1, 0);
  private static final CostTable TABLE = new CostTable(
      grid(new int[] {1, 5}, new double[] {1, 3}, new double[] {2, 6}),
      grid(new int[] {1}, new double[] {.5}, new double[] {.8}),
      grid(new int[] {1, 3}, new double[] {.5, .7}, new double[] {.6, 1}),
      grid(new int[] {1, 2}, new double[] {.1, .2}, new double[] {.1, .2}),
      0, 0, 0, 0);

  @Test
  void aTableIsBroughtToTheLevelOfTheRunsOwnRounds() {
    Tuner tuner = tuner(TABLE, MEANS, sure(new RecordedRound.Times(1, 3, 5)));
    assertMillis(tuner, CHAIN, 1, 5 + 3 + .4 + 1); // what the run took: verify, draft, commit and host
    assertMillis(tuner, new TreeSetting(2, 1, 1), 1, 2 * (1.5 + .5 + .2) + .2 * 3); // host by calls: five took 1 ms
    assertMillis(tuner, TreeSetting.PLAIN, 1, 2 * (1 + .1) + .2 * 2);
    assertMillis(tuner, CHAIN, 2, 2 * (5 + .8 + .6 + .6 + .2) + 1);
  }

  @Test
  void plainDecodingCostsWhatItTook() {
    Tuner tuner = tuner(TABLE, new RunCosts.Means(1.4, 1, 1.3, 1, 0), sure(new RecordedRound.Times(1, 3, 5)));
    assertMillis(tuner, TreeSetting.PLAIN, 1, 1.3);
    assertMillis(tuner, TreeSetting.PLAIN, 2, (2 * (2 + .1) + .2 * 2) / 2);
    assertMillis(tuner, CHAIN, 1, 9.4);
  }

  @Test
  void longerTextsCostMoreWhereTheTableSaysSo() {
    CostTable sloped = new CostTable(TABLE.verify(), TABLE.root(), TABLE.layer(), TABLE.commit(), 10, 1e4, 1e3, 0);
    Tuner tuner = tuner(sloped, new RunCosts.Means(1.4, 1, 0, 1, 110), sure(new RecordedRound.Times(1, 3, 3.8)));
    // 100 tokens more add 1 ms to a forward, and 0.1 ms to each of the rows behind the root.
    assertMillis(tuner, CHAIN, 1, 9.4 - 1.2);
    assertMillis(tuner, TreeSetting.PLAIN, 1, 2 + 2 * .1 + .2 * 2);
  }

  @Test
  void withoutATableRowsCostWhatRoundsSay() {
    RecordedRound short2 = new RecordedRound(
        new int[] {0}, new float[] {-.1f}, new int[] {1}, 9, 1, new RecordedRound.Times(1, 1, 4));
    Tuner tuner = tuner(null, new RunCosts.Means(1, .4, 0, 1, 0), sure(new RecordedRound.Times(1, 3, 5)), short2);
    assertMillis(tuner, CHAIN, 1, 4.5 + 2 + 1);
    assertMillis(tuner, TreeSetting.PLAIN, 1, 3.5 + .5);
    Tuner alike = tuner(null, new RunCosts.Means(1, .4, 0, 1, 0), sure(new RecordedRound.Times(1, 3, 5)));
    assertMillis(alike, TreeSetting.PLAIN, 1, 5 + .4);
    assertThatThrownBy(() -> tuner(TABLE, MEANS, sure(null))).hasMessage("a run must have timed rounds to be priced: 0");
  }

  @Test
  void theFastestSettingOfEachBatchSizeIsRecommended() {
    CostTable flat = costs(1, 0, .1);
    Tuner.Advice advice = tuner(flat, MEANS, sure(new RecordedRound.Times(1, .3, 1))).advise(List.of(1)).get(0);
    assertThat(advice.best().outcome().setting()).isEqualTo(CHAIN);
    assertThat(advice.best().outcome().setting().options()).isEqualTo("--policy chain --budget 4");

    CostTable perRow = costs(0, 1, .5);
    Tuner.Advice dear = tuner(perRow, new RunCosts.Means(0, 0, 0, 1, 0), sure(new RecordedRound.Times(1, 1.5, 4)))
        .advise(List.of(8)).get(0);
    assertThat(dear.best().outcome().setting()).as("Where rows cost in full, drafts pay nothing").isEqualTo(TreeSetting.PLAIN);
    assertThat(dear.best().outcome().setting().options()).isEqualTo("--policy ar");
  }

  private static Tuner tuner(CostTable table, RunCosts.Means means, RecordedRound... rounds) {
    return new Tuner(CHAIN, Map.of("chat", List.of(rounds)), table, means);
  }

  private static RecordedRound sure(RecordedRound.Times times) {
    return new RecordedRound(
        new int[] {0, 1, 2}, new float[] {-.1f, -.2f, -.3f}, new int[] {1, 2, 3}, 99, 3, times);
  }

  private static void assertMillis(Tuner tuner, TreeSetting setting, int batch, double millis) {
    Tuner.Estimate estimate = tuner.estimate("chat", batch, setting);
    assertThat(batch * estimate.outcome().tau() * 1e3 / estimate.tokensPerSecond()).as(setting.options()).isCloseTo(millis,
        CLOSE);
  }

  /** Target forwards of so many milliseconds and so many more per row, draft forwards that always take the same. */
  private static CostTable costs(double baseMs, double rowMs, double draftMs) {
    CostGrid draft = grid(new int[] {1}, new double[] {draftMs}, new double[] {draftMs});
    return new CostTable(
        grid(new int[] {1, 2}, new double[] {baseMs + rowMs, baseMs + 2 * rowMs},
            new double[] {baseMs + 2 * rowMs, baseMs + 4 * rowMs}),
        draft, draft, CostGrid.NONE, 0, 0, 0, 0);
  }

  private static CostGrid grid(int[] rows, double[] oneMs, double[] twoMs) {
    double[][] nanos = {oneMs.clone(), twoMs.clone()};
    for (double[] line : nanos) {
      for (int i = 0; i < line.length; i++) {
        line[i] *= 1e6;
      }
    }
    return new CostGrid(new int[] {1, 2}, new int[][] {rows, rows}, nanos);
  }
}
