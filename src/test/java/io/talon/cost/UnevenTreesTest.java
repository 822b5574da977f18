package io.talon.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class UnevenTreesTest {
  private static final CostGrid VERIFY =
      new CostGrid(new int[] {1, 8}, new int[][] {{1, 8}, {1, 2, 8}}, new double[][] {{100, 107}, {200, 264, 648}});

  /** The first row takes 3 for every other sequence, trees of up to two rows nothing, a larger one 40, a row that lacks 1. */
  private static final UnevenTrees UNEVEN = new UnevenTrees(3, 2, 40, 1);

  private static LiveCosts costs(UnevenTrees uneven) {
    return new LiveCosts(new CostTable(VERIFY, CostGrid.NONE, CostGrid.NONE, CostGrid.NONE, 0, 0, 0, uneven, 0));
  }

  @Test
  void theFirstRowBesidePlainDecodingTakesMoreThanTheNext() {
    LiveCosts costs = costs(UNEVEN);
    assertThat(costs.verify(8, 8)).as("plain decoding").isEqualTo(200);
    assertThat(costs.verify(8, 9)).as("8, and 3 for seven others").isCloseTo(200 + 8 + 21, within(1e-9));
    assertThat(costs.verify(8, 12)).isCloseTo(200 + 4 * 8 + 4 * 3, within(1e-9));
    assertThat(costs.verify(8, 16)).as("two rows each").isCloseTo(264, within(1e-9));
    assertThat(costs.verify(1, 2)).as("one sequence").isEqualTo(101);
  }

  @Test
  void fewLargeTreesTakeWhatEachTakesAndManyWhatFillingUpDoes() {
    LiveCosts costs = costs(UNEVEN);
    assertThat(costs.verify(8, 15, 8, 1)).as("one of eight rows").isCloseTo(costs.verify(8, 15) + 40, within(1e-9));
    assertThat(costs.verify(8, 10, 3, 1)).as("of three, filling up 16 - 1").isCloseTo(costs.verify(8, 10) + 7, within(1e-9));
    assertThat(costs.verify(8, 36, 8, 4)).as("four of eight rows").isCloseTo(costs.verify(8, 36) + 21, within(1e-9));
    assertThat(costs.verify(8, 12, 2, 0)).as("none is too large").isEqualTo(costs.verify(8, 12));
    assertThat(costs.verify(8, 64, 8, 8)).as("all alike").isCloseTo(648, within(1e-9));
    assertThat(costs(UnevenTrees.FREE).verify(8, 15, 8, 1)).as("nobody knows").isCloseTo(200 + 7 * 8, within(1e-9));
  }

  @Test
  void ofTwoMeasurementsTheSmallerNumbersCountAndOneThatWasNotMade() {
    UnevenTrees other = new UnevenTrees(2, 4, 50, 0);
    assertThat(UNEVEN.calmer(other)).isEqualTo(new UnevenTrees(2, 4, 40, 1));
    assertThat(UnevenTrees.of(UNEVEN.toJson())).isEqualTo(UNEVEN);
  }

  @Test
  void whatRealRoundsOfUnevenTreesTakeIsLearntFromAFewAndSaysNothingOfEvenOnes() {
    LiveCosts costs = costs(UNEVEN);
    double even = costs.verify(8, 16);
    double uneven = costs.verify(8, 15, 8, 1);
    for (int i = 0; i < 5; i++) {
      costs.observe(8, 8, 1, 0, 0, 0, 200, 0);
      costs.observe(8, 15, 8, 1, 0, 0, Math.round(1.25 * uneven), 0);
    }
    assertThat(costs.verify(8, 15, 8, 1) / uneven).isBetween(1.17, 1.28);
    assertThat(costs.verify(8, 9, 4, 1) / costs.verify(8, 9)).as("other sizes, too").isGreaterThan(1.15);
    assertThat(costs.verify(8, 16) / even).isBetween(0.97, 1.05);
    assertThat(costs.verify(4, 15, 8, 1)).as("of another number of sequences")
        .isLessThan(1.05 * costs(UNEVEN).verify(4, 15, 8, 1));
  }
}
