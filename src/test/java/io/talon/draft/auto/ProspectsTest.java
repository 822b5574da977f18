package io.talon.draft.auto;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cost.CostGrid;
import io.talon.cost.CostTable;
import io.talon.cost.LiveCosts;
import org.junit.jupiter.api.Test;

/** How often a draft is tried that does not pay. */
class ProspectsTest {
  private static final int ROUNDS = 20_000;
  private static final double PLAIN = 1e6; // nanoseconds of a round without drafts
  private static final double DRAFT = 3e6; // of expanding a root: no acceptance can make up for it

  /** One sequence, and a draft of three forwards' time. */
  private static Prospects dear() {
    CostGrid verify = new CostGrid(new int[] {1}, new int[][] {{1, 8}}, new double[][] {{PLAIN, 2 * PLAIN}});
    CostGrid root = new CostGrid(new int[] {1}, new int[][] {{1}}, new double[][] {{DRAFT}});
    CostTable table = new CostTable(verify, root, root, CostGrid.NONE, 0, 0, 0, 0);
    return new Prospects(1, 4, new LiveCosts(table));
  }

  /** Rounds in which the draft was asked, each of which took so long. */
  private static int tries(Prospects prospects, double nanos) {
    prospects.begin(0);
    int tries = 0;
    for (int round = 0; round < ROUNDS; round++) {
      if (prospects.choose(new int[] {0}, 1, new double[1], 1, 1, 1 / PLAIN) > 0) {
        tries++;
        prospects.observe(0, 1, false);
        prospects.drafted(DRAFT, (long) nanos);
      }
    }
    return tries;
  }

  @Test
  void tryingTakesAHundredthOfTheTime() {
    int tries = tries(dear(), DRAFT);
    assertThat(tries).isBetween(1, (int) (ROUNDS * 0.011 * PLAIN / DRAFT));
  }

  @Test
  void whatATryTakesBeyondItsPriceIsSavedFirst() {
    int tries = tries(dear(), 10 * DRAFT);
    assertThat(tries).isBetween(1, (int) (ROUNDS * 0.011 * PLAIN / (10 * DRAFT)) + 1);
    assertThat(tries * 5).isLessThan(tries(dear(), DRAFT));
  }

  @Test
  void aCallThatStalledIsNotHeldAgainstItForever() {
    int tries = tries(dear(), 1e12);
    assertThat(tries).as("of 20,000 rounds, 3,000 to make up for each and 300 for its price").isBetween(6, 8);
  }

  @Test
  void whatPaysIsNotCounted() {
    CostGrid verify = new CostGrid(new int[] {1}, new int[][] {{1, 8}}, new double[][] {{PLAIN, 1.1 * PLAIN}});
    CostGrid root = new CostGrid(new int[] {1}, new int[][] {{1}}, new double[][] {{0.1 * PLAIN}});
    Prospects cheap = new Prospects(1, 4, new LiveCosts(new CostTable(verify, root, root, CostGrid.NONE, 0, 0, 0, 0)));
    cheap.begin(0);
    for (int round = 0; round < 50; round++) {
      assertThat(cheap.choose(new int[] {0}, 1, new double[1], 1, 1, 1 / PLAIN)).isEqualTo(1);
      cheap.observe(0, 1, true);
      cheap.drafted(0.1 * PLAIN, (long) DRAFT); // a slow one
    }
  }
}
