package io.talon.draft.auto;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cost.CostGrid;
import io.talon.cost.CostTable;
import io.talon.cost.LiveCosts;
import io.talon.cost.UnevenTrees;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
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
    CostTable table = new CostTable(verify, root, root, CostGrid.NONE, 0, 0, 0, UnevenTrees.FREE, 0);
    return prospects(1, table, slot -> 1);
  }

  private static Prospects prospects(int slots, CostTable table, IntUnaryOperator waiting) {
    LiveCosts costs = new LiveCosts(table);
    return new Prospects(slots, 4, costs, new CatchUp(waiting, costs));
  }

  /** Draft forwards of a tenth of {@link #PLAIN} for a row, and sequences that lack what they lack. */
  private static Prospects behind(int... waiting) {
    int n = waiting.length;
    CostGrid verify = new CostGrid(new int[] {n}, new int[][] {{1, 8}}, new double[][] {{PLAIN, 2 * PLAIN}});
    CostGrid root = new CostGrid(new int[] {n}, new int[][] {{1}}, new double[][] {{DRAFT}});
    CostGrid layer = new CostGrid(new int[] {1}, new int[][] {{1, 2}}, new double[][] {{PLAIN, 1.1 * PLAIN}});
    return prospects(n, new CostTable(verify, root, layer, CostGrid.NONE, 0, 0, 0, UnevenTrees.FREE, 0), slot -> waiting[slot]);
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
  void tryingTakesHalfAPercentOfTheTime() {
    int tries = tries(dear(), DRAFT);
    assertThat(tries).isBetween(1, (int) (ROUNDS * 0.0055 * PLAIN / DRAFT));
  }

  @Test
  void whatATryTakesBeyondItsPriceIsSavedFirst() {
    int tries = tries(dear(), 10 * DRAFT);
    assertThat(tries).isBetween(1, (int) (ROUNDS * 0.0055 * PLAIN / (10 * DRAFT)) + 1);
    assertThat(tries * 5).isLessThan(tries(dear(), DRAFT));
  }

  @Test
  void aCallThatStalledIsNotHeldAgainstItForever() {
    int tries = tries(dear(), 1e12);
    assertThat(tries).as("of 20,000 rounds, 6,000 to make up for each and 600 for its price").isBetween(3, 4);
  }

  @Test
  void whatPaysIsNotCounted() {
    CostGrid verify = new CostGrid(new int[] {1}, new int[][] {{1, 8}}, new double[][] {{PLAIN, 1.1 * PLAIN}});
    CostGrid root = new CostGrid(new int[] {1}, new int[][] {{1}}, new double[][] {{0.1 * PLAIN}});
    Prospects cheap = prospects(1, new CostTable(verify, root, root, CostGrid.NONE, 0, 0, 0, UnevenTrees.FREE, 0), slot -> 1);
    cheap.begin(0);
    for (int round = 0; round < 50; round++) {
      assertThat(cheap.choose(new int[] {0}, 1, new double[1], 1, 1, 1 / PLAIN)).isEqualTo(1);
      cheap.observe(0, 1, true);
      cheap.drafted(0.1 * PLAIN, (long) DRAFT); // a slow one
    }
  }

  @Test
  void whatATryHasToCatchUpWithIsForetold() {
    double late = 192 * 0.1 * PLAIN; // of 200 rows all but those that a round may leave
    assertThat(tries(behind(200), DRAFT + late)).isBetween(3, (int) (ROUNDS * 0.0055 * PLAIN / (DRAFT + late)));
  }

  @Test
  void whatCatchingUpTakesIsLearnt() {
    int tries = tries(behind(200), DRAFT + 192 * 0.001 * PLAIN);
    assertThat(tries).as("a try costs little more than a root").isGreaterThan((int) (ROUNDS * 0.003 * PLAIN / DRAFT));
  }

  @Test
  void aTryTakesThoseThatAreSoonReady() {
    Prospects prospects = behind(300, 20, 200, 19, 300);
    int[] slots = {0, 1, 2, 3, 4};
    int chosen = 0;
    while (chosen == 0) {
      for (int slot = 0; slot < slots.length; slot++) {
        slots[slot] = slot;
      }
      chosen = prospects.choose(slots, slots.length, new double[slots.length], slots.length, slots.length, 5 / PLAIN);
    }
    assertThat(Arrays.copyOf(slots, chosen)).as("12 and 11 rows, a tenth of a round each").containsExactly(3, 1);
  }

  @Test
  void nobodyIsLeftOutWhereThereIsNothingToCatchUpWith() {
    Prospects prospects = behind(3, 2, 8, 1, 1);
    int chosen = 0;
    while (chosen == 0) {
      chosen = prospects.choose(new int[] {0, 1, 2, 3, 4}, 5, new double[5], 5, 5, 5 / PLAIN);
    }
    assertThat(chosen).isEqualTo(5);
  }

  @Test
  void whatNobodyWillDraftForNeedsNothingKept() {
    assertThat(dear().promising(1, false)).as("a root of three rounds").isFalse();
    CostGrid verify = new CostGrid(new int[] {1}, new int[][] {{1, 8}}, new double[][] {{PLAIN, 1.1 * PLAIN}});
    CostGrid root = new CostGrid(new int[] {1}, new int[][] {{1}}, new double[][] {{0.3 * PLAIN}});
    Prospects fair = prospects(1, new CostTable(verify, root, root, CostGrid.NONE, 0, 0, 0, UnevenTrees.FREE, 0), slot -> 1);
    assertThat(fair.promising(1, false)).isTrue();
    fair.begin(0);
    for (int i = 0; i < 100; i++) {
      fair.observe(0, 1, false);
    }
    assertThat(fair.promising(1, true)).as("nothing was accepted").isFalse();
    assertThat(fair.promising(1, false)).as("as long as that may be chance").isTrue();
  }
}
