package io.talon.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.talon.TalonException;
import org.junit.jupiter.api.Test;

/** Grids of costs: interpolation, monotone order, and their way through JSON. */
class CostGridTest {
  private static final CostGrid GRID =
      new CostGrid(new int[] {1, 4}, new int[][] {{1, 2, 8}, {1, 2}}, new double[][] {{10, 11, 17}, {20, 24}});

  @Test
  void violatorsArePooledByWeight() {
    double[] values = {1, 3, 2, 2, 5, 4};
    new Isotonic(6).fit(values, new double[] {1, 1, 1, 2, 1, 3}, 0, 6);
    assertThat(values).containsExactly(1, 2.25, 2.25, 2.25, 4.25, 4.25);
    double[] part = {9, 5, 1, 0};
    new Isotonic(2).fit(part, new double[] {1, 1, 1, 1}, 1, 3);
    assertThat(part).containsExactly(9, 3, 3, 0);
  }

  @Test
  void timesBetweenPointsAreInterpolatedAndGoOnBehindThem() {
    assertThat(GRID.nanos(1, 1)).isEqualTo(10);
    assertThat(GRID.nanos(1, 5)).isEqualTo(14);
    assertThat(GRID.nanos(1, 10)).isEqualTo(19);
    assertThat(GRID.nanos(4, 4)).isEqualTo(20);
    assertThat(GRID.nanos(4, 6)).isEqualTo(22);
    assertThat(GRID.nanos(2, 2)).as("a third of the way from one sequence to four").isCloseTo(10 + 10 / 3.0, within(1e-9));
    assertThat(GRID.nanos(7, 7)).as("on as from one to four").isEqualTo(30);
  }

  @Test
  void moreOfEitherNeverTakesLess() {
    CostGrid noisy = CostGrid.monotone(
        new int[] {1, 2}, new int[][] {{1, 2, 4}, {1, 2, 4}}, new double[][] {{10, 14, 12}, {9, 20, 18}});
    assertThat(noisy.nanos()[0]).containsExactly(10, 13, 13);
    assertThat(noisy.nanos()[1]).containsExactly(10, 19, 19);
  }

  @Test
  void whatWasNotMeasuredOfFewerSequencesIsNoBoundForMore() {
    CostGrid grid = CostGrid.monotone(
        new int[] {2, 4}, new int[][] {{1}, {1, 2, 16}}, new double[][] {{8}, {7, 13, 20}});
    assertThat(grid.nanos()[1]).as("of the line below one point is known").containsExactly(8, 13, 20);
  }

  @Test
  void bumpsAreNoPartOfWhatARowCosts() {
    int[][] rows = {{1, 2, 3, 4, 24, 32}, {1, 2, 4}};
    CostGrid bumpy = new CostGrid(new int[] {1, 2}, rows, new double[][] {{4, 6, 9, 11, 11, 15}, {5, 6, 10}});
    double each = 7 / 23.0;
    assertThat(bumpy.convex().nanos()[0]).containsExactly(new double[] {4, 4 + each, 4 + 2 * each, 4 + 3 * each, 11, 15},
        within(1e-9));
    assertThat(bumpy.convex().nanos()[1]).as("without bumps as it is").containsExactly(5, 6, 10);
  }

  @Test
  void ofTwoMeasurementsTheSmallerTimesCount() {
    CostGrid busy = new CostGrid(
        new int[] {1, 4}, new int[][] {{1, 4, 8}, {1, 2}}, new double[][] {{30, 31, 15}, {60, 70}});
    CostGrid calmer = GRID.calmer(busy);
    assertThat(calmer.slots()).containsExactly(1, 4);
    assertThat(calmer.rows()[0]).containsExactly(1, 2, 4, 8);
    assertThat(calmer.nanos()[0]).as("at 4 rows what lies between 2 and 8").containsExactly(10, 11, 13, 15);
    assertThat(calmer.nanos()[1]).containsExactly(20, 24);
    assertThat(busy.calmer(GRID).nanos()[0]).containsExactly(10, 11, 13, 15);
    CostGrid more = new CostGrid(new int[] {1, 2}, new int[][] {{1, 16}, {1}}, new double[][] {{12, 40}, {15}});
    assertThat(GRID.calmer(more).slots()).containsExactly(1, 2, 4);
    assertThat(GRID.calmer(more).nanos()[0]).containsExactly(10, 11, 17, 40);
    assertThat(GRID.calmer(more).nanos()[1]).containsExactly(15);
    CostTable one = new CostTable(GRID, CostGrid.NONE, GRID, CostGrid.NONE, 24, 1.5, 0, new UnevenTrees(0, 1, 1e9, 0.5), 0);
    CostTable two = new CostTable(busy, CostGrid.NONE, busy, CostGrid.NONE, 24, 2.5, 0.25, new UnevenTrees(0, 1, 1e9, 0.125), 0);
    CostTable both = one.calmer(two);
    assertThat(both.contextPerSlot()).isEqualTo(1.5);
    assertThat(both.contextPerRow()).as("measured by one alone").isEqualTo(0.25);
    assertThat(both.uneven().row()).isEqualTo(0.125);
    assertThat(both.verify().nanos()[0])
        .as("without bumps")
        .containsExactly(new double[] {10, 15 - 6 * 5 / 7.0, 15 - 4 * 5 / 7.0, 15}, within(1e-9));
  }

  @Test
  void aTableComesBackFromJson() {
    CostTable table =
        new CostTable(GRID, CostGrid.NONE, GRID, CostGrid.NONE, 24, 1.5, 0.25, new UnevenTrees(0, 1, 1e9, 0.5), 0.75);
    CostTable back = CostTable.parse(table.toJson().toString());
    assertThat(back).usingRecursiveComparison().withComparatorForType((a, b) -> Math.abs(a - b) < 1e-6 ? 0 : 1, Double.class)
        .isEqualTo(table);
    assertThatThrownBy(() -> CostTable.parse("{")).isInstanceOf(TalonException.class).hasMessageContaining("must be JSON");
    assertThatThrownBy(() -> CostTable.parse("{\"verify\": []}")).isInstanceOf(TalonException.class);
  }

  @Test
  void realRoundsMoveTheTableAndOneSlowRoundHardlyDoes() {
    CostTable table = new CostTable(GRID, CostGrid.NONE, CostGrid.NONE, CostGrid.NONE, 0, 0, 0, UnevenTrees.FREE, 0);
    LiveCosts costs = new LiveCosts(table);
    assertThat(costs.verify(1, 1)).isEqualTo(10);
    for (int i = 0; i < 20; i++) {
      costs.observe(1, 1, 1, 0, 0, 0, 10, 0);
    }
    costs.observe(1, 1, 1, 0, 0, 0, 1_000_000, 0);
    assertThat(costs.verify(1, 1)).isBetween(10.0, 10.4);
    for (int i = 0; i < 400; i++) {
      costs.observe(1, 1, 1, 0, 0, 0, 20, 0);
    }
    assertThat(costs.verify(1, 1)).as("settled at what rounds take").isBetween(19.0, 21.0);
    assertThat(costs.verify(1, 8) / costs.verify(1, 1)).as("a slow machine is slow at everything").isBetween(1.2, 1.8);
  }

  @Test
  void sizesAreCorrectedByThemselvesAndTheirNeighboursALittle() {
    LiveCosts costs =
        new LiveCosts(new CostTable(GRID, CostGrid.NONE, CostGrid.NONE, CostGrid.NONE, 0, 0, 0, UnevenTrees.FREE, 0));
    for (int i = 0; i < 400; i++) {
      costs.observe(1, 1, 1, 0, 0, 0, 10, 0);
      costs.observe(1, 8, 8, 0, 0, 0, 34, 0);
    }
    assertThat(costs.verify(1, 1)).as("as the table says").isBetween(9.7, 10.8);
    assertThat(costs.verify(1, 8)).as("twice what the table says").isBetween(31.0, 34.5);
    assertThat(costs.verify(1, 6) / 15).as("a neighbour").isBetween(1.2, 1.9);
  }

  @Test
  void whatRowsTakeIsLearntFromFewOfThem() {
    CostGrid busy = new CostGrid(new int[] {1}, new int[][] {{1, 16}}, new double[][] {{8000, 38_000}});
    LiveCosts costs =
        new LiveCosts(new CostTable(busy, CostGrid.NONE, CostGrid.NONE, CostGrid.NONE, 0, 0, 0, UnevenTrees.FREE, 0));
    for (int i = 0; i < 100; i++) {
      costs.observe(1, 1, 1, 0, 0, 0, 3000, 0);
      costs.observe(1, 3, 3, 0, 0, 0, 3200, 0);
    }
    assertThat(costs.verify(1, 1)).isCloseTo(3000, within(150.0));
    assertThat(costs.verify(1, 3)).isCloseTo(3200, within(150.0));
    assertThat(costs.verify(1, 16)).as("38 ms in the table, 14 by its level alone").isBetween(4000.0, 8500.0);
  }

  @Test
  void plainDecodingIsTriedAtFirstAndNowAndThen() {
    LiveCosts costs =
        new LiveCosts(new CostTable(GRID, CostGrid.NONE, CostGrid.NONE, CostGrid.NONE, 0, 0, 0, UnevenTrees.FREE, 0));
    costs.observe(4, 4, 1, 0, 0, 0, 20, 0);
    assertThat(costs.wantsPlain(4)).isTrue();
    costs.observe(4, 4, 1, 0, 0, 0, 20, 0);
    assertThat(costs.wantsPlain(4)).isFalse();
    assertThat(costs.wantsPlain(2)).as("of another number of sequences").isTrue();
    assertThat(roundsUntilPlain(costs, 0.6)).isEqualTo(100);
    assertThat(roundsUntilPlain(costs, 0.1)).as("which may lose half a percent").isEqualTo(20);
    assertThat(roundsUntilPlain(costs, 0.001)).isEqualTo(4);
  }

  /** Drafted rounds of four sequences, each of which is expected to gain so much, until one is plain. */
  private static int roundsUntilPlain(LiveCosts costs, double gain) {
    int rounds = 0;
    while (!costs.wantsPlain(4)) {
      costs.drafted(4, gain);
      costs.observe(4, 8, 2, 0, 0, 0, 24, 0);
      rounds++;
    }
    costs.observe(4, 4, 1, 0, 0, 0, 20, 0);
    return rounds;
  }

  @Test
  void treesOfDifferentSizesAreFilledUp() {
    LiveCosts costs = new LiveCosts(
        new CostTable(GRID, CostGrid.NONE, CostGrid.NONE, CostGrid.NONE, 10, 0, 0.01, new UnevenTrees(0, 1, 1e9, 0.5), 0));
    costs.round(10, 0);
    assertThat(costs.verify(4, 8, 2, 4)).as("even").isEqualTo(24);
    assertThat(costs.verify(4, 7, 2, 4)).as("as even as seven rows can be").isEqualTo(23);
    assertThat(costs.verify(4, 8, 5, 1)).as("20 rows, of which 8 are there and 3 could not be shared out")
        .isEqualTo(24 + 9 * 0.5);
    costs.round(110, 0);
    assertThat(costs.verify(4, 8, 5, 1)).isEqualTo(24 + 4 * 100 * 0.01 + 9 * 1.5);
  }

  @Test
  void contextAddsForSequencesAndRows() {
    LiveCosts costs =
        new LiveCosts(new CostTable(GRID, CostGrid.NONE, CostGrid.NONE, CostGrid.NONE, 10, 0.1, 0.01, UnevenTrees.FREE, 0));
    costs.round(110, 0);
    assertThat(costs.verify(1, 2)).isCloseTo(11 + 100 * 0.1 + 100 * 0.01, within(1e-9));
    costs.round(10, 0);
    assertThat(costs.verify(1, 2)).isEqualTo(11);
  }

  @Test
  void noiseAddsForEveryRowThatIsSampled() {
    LiveCosts costs =
        new LiveCosts(new CostTable(GRID, CostGrid.NONE, CostGrid.NONE, CostGrid.NONE, 0, 0, 0, UnevenTrees.FREE, 3));
    assertThat(costs.verify(4, 8)).isEqualTo(24);
    costs.round(0, 1);
    assertThat(costs.verify(4, 8)).isEqualTo(24 + 8 * 3);
    costs.round(0, 0.25);
    assertThat(costs.verify(4, 8)).as("one of four sequences").isEqualTo(24 + 2 * 3);
  }
}
