package io.talon.draft.auto;

import io.talon.cost.LiveCosts;
import io.talon.draft.policy.SortKey;
import java.util.Arrays;

/**
 * Chooses the rows of one verification out of the candidates of all live sequences: the best by worth, as many as make
 * (sequences + worth of the rows) / time largest. Reused, allocates nothing.
 *
 * <p>Every sequence commits one token anyway, and a row that is accepted with probability p commits p tokens more, so this is
 * the expected number of committed tokens per nanosecond. The time is a step function of the rows in places, so all numbers of
 * rows are looked at, which prefix sums make cheap.
 */
final class RowBudget {
  private final int poolCapacity;
  private final int treeRows;
  private final LiveCosts costs;
  private final long[] keys; // [sequences * poolCapacity]
  private final int[] perTree; // [sequences]
  private int count;
  private int sequences;
  private int chosenKeys; // keys up to here, but for those beyond the rows of their tree
  private int chosenRows;
  private double chosenWorth;
  private double rate;

  /** @param treeRows rows of one tree at most */
  RowBudget(int sequences, int poolCapacity, int treeRows, LiveCosts costs) {
    this.poolCapacity = poolCapacity;
    this.treeRows = treeRows;
    this.costs = costs;
    keys = new long[sequences * poolCapacity];
    perTree = new int[sequences];
  }

  /** Starts with no candidates. */
  void begin(int liveSequences) {
    sequences = liveSequences;
    count = 0;
  }

  void add(CandidatePool pool, int index, int firstNode) {
    for (int node = firstNode; node < pool.size(); node++) {
      keys[count++] = pool.sortKey(node, index * poolCapacity + node);
    }
  }

  /**
   * Chooses.
   *
   * @param spentNanos what the round takes beside its target forward, whatever is chosen
   */
  void choose(CandidatePool[] pools, int[] poolOf, double spentNanos) {
    Arrays.sort(keys, 0, count);
    Arrays.fill(perTree, 0, sequences, 1);
    chosenKeys = 0;
    chosenRows = sequences;
    chosenWorth = 0;
    rate = sequences / (spentNanos + costs.verify(sequences, sequences));
    int rows = sequences;
    double worth = 0;
    for (int i = 0; i < count; i++) {
      int index = SortKey.index(keys[i]);
      int sequence = index / poolCapacity;
      if (perTree[sequence] < treeRows) {
        perTree[sequence]++;
        rows++;
        worth += pools[poolOf[sequence]].worth(index % poolCapacity);
        double reached = (sequences + worth) / (spentNanos + costs.verify(sequences, rows));
        if (reached > rate) {
          rate = reached;
          chosenKeys = i + 1;
          chosenRows = rows;
          chosenWorth = worth;
        }
      }
    }
  }

  /** Marks the nodes that were chosen. */
  void mark(CandidatePool[] pools, int[] poolOf) {
    Arrays.fill(perTree, 0, sequences, 1);
    for (int i = 0; i < chosenKeys; i++) {
      int index = SortKey.index(keys[i]);
      int sequence = index / poolCapacity;
      if (perTree[sequence] < treeRows) {
        perTree[sequence]++;
        pools[poolOf[sequence]].keep(index % poolCapacity);
      }
    }
  }

  /** Rows of the forward, the roots included. */
  int rows() {
    return chosenRows;
  }

  /** Tokens that are expected beside one for every sequence. */
  double worth() {
    return chosenWorth;
  }

  /** Expected committed tokens per nanosecond. */
  double rate() {
    return rate;
  }
}
