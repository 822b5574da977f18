package io.talon.draft.auto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.talon.cost.CostGrid;
import io.talon.cost.CostTable;
import io.talon.cost.LiveCosts;
import io.talon.cost.UnevenTrees;
import io.talon.tree.DraftTree;
import io.talon.tree.TokenSet;
import org.junit.jupiter.api.Test;

/** One ranked list of candidates for all sequences, and as many rows as pay. */
class RowBudgetTest {
  private static final int CAPACITY = 16;
  private static final int[] SLOTS = {0, 1};

  private final Calibration calibration = new Calibration();
  private final CandidatePool[] pools = {pool(), pool()};

  private CandidatePool pool() {
    CandidatePool pool = new CandidatePool(CAPACITY, new TokenSet(), calibration);
    pool.begin(7);
    return pool;
  }

  /** Costs of two sequences by all their rows. */
  private static LiveCosts costs(int[] rowsEach, double... nanos) {
    CostGrid verify = new CostGrid(new int[] {2}, new int[][] {rowsEach}, new double[][] {nanos});
    return new LiveCosts(new CostTable(verify, CostGrid.NONE, CostGrid.NONE, CostGrid.NONE, 0, 0, 0, UnevenTrees.FREE, 0));
  }

  private RowBudget chosen(LiveCosts costs, int treeRows, double spent) {
    RowBudget budget = new RowBudget(2, CAPACITY, treeRows, costs);
    budget.begin(2);
    for (int i = 0; i < 2; i++) {
      budget.add(pools[i], i, 1);
      pools[i].clearKept();
    }
    budget.choose(pools, SLOTS, spent);
    budget.mark(pools, SLOTS);
    return budget;
  }

  private DraftTree tree(int index) {
    DraftTree tree = new DraftTree(CAPACITY);
    pools[index].build(tree);
    return tree;
  }

  @Test
  void rowsGoToTheSequenceThatExpectsMostOfThem() {
    sure(pools[0]);
    pools[1].addProposed(0, 20, 0, 0.1, 0);
    RowBudget budget = chosen(costs(new int[] {1, 2, 3}, 100, 120, 140), 8, 0);
    // A row more takes a tenth of two sequences' time, so it has to bring about 0.2 tokens.
    assertThat(budget.rows()).isEqualTo(5);
    assertThat(budget.worth()).isCloseTo(0.9 + 0.81 + 0.729, within(1e-6));
    assertThat(budget.rate()).isCloseTo((2 + 0.9 + 0.81 + 0.729) / 130, within(1e-6));
    assertThat(tree(0).size()).isEqualTo(4);
    assertThat(tree(1).size()).as("an empty tree is plain decoding").isEqualTo(1);
  }

  @Test
  void whereRowsAreFreeAllOfThemAreTaken() {
    sure(pools[0]);
    pools[1].addProposed(0, 20, 0, 0.1, 0);
    RowBudget budget = chosen(costs(new int[] {1, 2, 3}, 100, 100, 140), 8, 0);
    assertThat(budget.rows()).as("up to the step").isEqualTo(4);
    assertThat(tree(0).size()).isEqualTo(3);
  }

  @Test
  void whereOneLargeTreeMakesAllOthersDearItIsMadeSmaller() {
    sure(pools[0]);
    pools[1].addProposed(0, 20, 0, 0.7, 0);
    CostGrid verify = new CostGrid(new int[] {2}, new int[][] {{1, 2, 4}}, new double[][] {{100, 110, 130}});
    RowBudget budget = chosen(
        new LiveCosts(
            new CostTable(verify, CostGrid.NONE, CostGrid.NONE, CostGrid.NONE, 0, 0, 0, new UnevenTrees(0, 1, 1e9, 60), 0)),
        4, 0);
    // Four rows and two: 2 + 0.9 + 0.81 + 0.729 + 0.7 tokens in 120 + 60. Two and two: 2 + 0.9 + 0.7 tokens in 110.
    assertThat(budget.rows()).isEqualTo(4);
    assertThat(budget.largest()).isEqualTo(2);
    assertThat(budget.rate()).isCloseTo(3.6 / 110, within(1e-6));
    assertThat(tree(0).size()).isEqualTo(2);
    assertThat(tree(1).size()).isEqualTo(2);
  }

  @Test
  void whereRowsAreDearNoneIs() {
    sure(pools[0]);
    RowBudget budget = chosen(costs(new int[] {1, 2}, 100, 300), 8, 0);
    assertThat(budget.rows()).isEqualTo(2);
    assertThat(tree(0).size()).isEqualTo(1);
  }

  @Test
  void whatIsSpentAnywayMakesRowsCheaper() {
    sure(pools[0]);
    LiveCosts dear = costs(new int[] {1, 2}, 100, 200);
    assertThat(chosen(dear, 8, 0).rows()).isEqualTo(2);
    assertThat(chosen(dear, 8, 1000).rows()).isEqualTo(5);
  }

  @Test
  void aTreeHasNoMoreRowsThanTheEngineHasRoomFor() {
    sure(pools[0]);
    pools[1].addProposed(0, 20, 0, 0.5, 0);
    RowBudget budget = chosen(costs(new int[] {1, 4}, 100, 101), 3, 0);
    assertThat(budget.rows()).isEqualTo(5);
    assertThat(tree(0).size()).isEqualTo(3);
    assertThat(tree(1).size()).isEqualTo(2);
  }

  @Test
  void aCandidateOfBothSourcesTakesTheLargerProbability() {
    DraftTree found = new DraftTree(4);
    found.reset(7);
    found.add(0, 30, (float) Math.log(0.5), 0);
    found.add(1, 31, (float) Math.log(0.25), 0);
    pools[0].addFound(found);
    pools[0].addProposed(0, 30, 0, 0.8, 0);
    pools[0].revalue();
    assertThat(pools[0].size()).isEqualTo(3);
    assertThat(pools[0].origin(1)).isEqualTo(Calibration.BOTH);
    assertThat(pools[0].worth(1)).isCloseTo(0.8, within(1e-6));
    assertThat(pools[0].worth(2)).as("half of its parent's").isCloseTo(0.4, within(1e-6));
  }

  @Test
  void onlyWhatTheModelProposedCanBeExpanded() {
    DraftTree found = new DraftTree(4);
    found.reset(7);
    found.add(0, 30, -1f, 0);
    pools[0].addFound(found);
    assertThat(pools[0].expandable(0, 0)).isTrue();
    pools[0].expanded(0, 0);
    pools[0].addProposed(0, 31, 0, 0.3, 0);
    assertThat(pools[0].expandable(0, 0)).isFalse();
    assertThat(pools[0].expandable(1, 1)).as("found only").isFalse();
    assertThat(pools[0].expandable(2, 1)).isTrue();
  }

  /** A chain of three, each with probability 0.9. */
  private static void sure(CandidatePool pool) {
    for (int node = 0; node < 3; node++) {
      pool.addProposed(node, 10 + node, 0, 0.9, 0);
    }
  }
}
