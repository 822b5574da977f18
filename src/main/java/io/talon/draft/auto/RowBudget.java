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
  private final LiveCosts costs;
  private final long[] keys; // [sequences * poolCapacity]
  private final int[] perTree; // [sequences]
  private final int[] caps; // rows of the largest tree that are tried
  private int cap; // of these, the chosen one
  private int count;
  private int sequences;
  private int chosenKeys; // keys up to here, but for those beyond the rows of their tree
  private int chosenRows;
  private int largest; // rows of the largest tree that was chosen
  private int larger; // trees that were chosen with more rows than are free
  private double chosenWorth;
  private double rate;

  /** @param treeRows rows of one tree at most */
  RowBudget(int sequences, int poolCapacity, int treeRows, LiveCosts costs) {
    this.poolCapacity = poolCapacity;
    this.costs = costs;
    keys = new long[sequences * poolCapacity];
    perTree = new int[sequences];
    caps = caps(treeRows);
  }

  /** What the engine allows, and halves of it: where one large tree makes the others' rows dear, smaller ones may bring more. */
  private static int[] caps(int treeRows) {
    int count = Math.max(1, 31 - Integer.numberOfLeadingZeros(treeRows));
    int[] caps = new int[count];
    for (int i = 0; i < count; i++) {
      caps[i] = treeRows >> i;
    }
    return caps;
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
    chosenKeys = 0;
    chosenRows = sequences;
    chosenWorth = 0;
    largest = 1;
    larger = 0;
    cap = caps[0];
    rate = sequences / (spentNanos + costs.verify(sequences, sequences));
    int tried = sequences > 1 && costs.uneven() ? caps.length : 1;
    for (int i = 0; i < tried; i++) {
      choose(pools, poolOf, spentNanos, caps[i]);
    }
  }

  /** Of trees with so many rows at most. */
  private void choose(CandidatePool[] pools, int[] poolOf, double spentNanos, int most) {
    Arrays.fill(perTree, 0, sequences, 1);
    int rows = sequences;
    int largestYet = 1;
    int largerYet = 0;
    int free = costs.freeRows();
    double worth = 0;
    for (int i = 0; i < count; i++) {
      int index = SortKey.index(keys[i]);
      int sequence = index / poolCapacity;
      if (perTree[sequence] < most) {
        largestYet = Math.max(largestYet, ++perTree[sequence]);
        largerYet += perTree[sequence] == free + 1 ? 1 : 0;
        rows++;
        worth += pools[poolOf[sequence]].worth(index % poolCapacity);
        double reached = (sequences + worth) / (spentNanos + costs.verify(sequences, rows, largestYet, largerYet));
        if (reached > rate) {
          rate = reached;
          chosenKeys = i + 1;
          chosenRows = rows;
          chosenWorth = worth;
          largest = largestYet;
          larger = largerYet;
          cap = most;
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
      if (perTree[sequence] < cap) {
        perTree[sequence]++;
        pools[poolOf[sequence]].keep(index % poolCapacity);
      }
    }
  }

  /** Rows of the forward, the roots included. */
  int rows() {
    return chosenRows;
  }

  /** Rows of the largest tree. */
  int largest() {
    return largest;
  }

  /** Trees of more rows than are free. */
  int larger() {
    return larger;
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
