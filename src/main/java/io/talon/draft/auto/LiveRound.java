package io.talon.draft.auto;

import io.talon.cost.LiveCosts;
import io.talon.draft.DraftRound;
import io.talon.tree.TokenSet;

/** The live sequences of a round with all their candidates, and what the round has spent so far; reused, allocates nothing. */
final class LiveRound {
  private static final double LEAST_WORTH = 0.002;
  private static final double SURELY_TOO_LITTLE = 0.5; // of what a row has to bring

  private final LiveCosts costs;
  private final int maxDepth;
  private final int poolCapacity;
  private final RowBudget budget;
  private final CandidatePool[] pools; // [slots]
  private final int[] slotOf; // [slots], by index in the round
  private final int[] depthLimits; // [slots]
  private final boolean[] sampled; // [slots], whether the tokens of its sequence are
  private int size;
  private double draftNanos; // predicted, of the draft forwards so far
  private double leastWorth;

  LiveRound(int slots, int treeRows, int maxDepth, LiveCosts costs, Calibration calibration, TokenSet endTokens) {
    this.costs = costs;
    this.maxDepth = maxDepth;
    poolCapacity = 4 * treeRows;
    budget = new RowBudget(slots, poolCapacity, treeRows, costs);
    pools = new CandidatePool[slots];
    for (int slot = 0; slot < slots; slot++) {
      pools[slot] = new CandidatePool(poolCapacity, endTokens, calibration);
    }
    slotOf = new int[slots];
    depthLimits = new int[slots];
    sampled = new boolean[slots];
  }

  /** A sequence begins in a slot. */
  void begin(int slot, boolean samples) {
    sampled[slot] = samples;
  }

  /** Takes the sequences of a round, each with its root alone. */
  void begin(DraftRound round) {
    size = round.size();
    draftNanos = 0;
    long tokens = 0;
    double samples = 0;
    for (int i = 0; i < size; i++) {
      int slot = round.slot(i);
      slotOf[i] = slot;
      depthLimits[slot] = Math.min(maxDepth, round.depthLimit(i));
      pools[slot].begin(round.root(i));
      tokens += round.length(i);
      samples += sampled[slot] ? 1 : 0;
    }
    costs.round((double) tokens / size, samples / size);
    double plain = costs.verify(size, size);
    double row = (costs.verify(size, 2 * size) - plain) / size;
    leastWorth = Math.max(LEAST_WORTH, SURELY_TOO_LITTLE * size * row / (plain + costs.other(size, size)));
  }

  /**
   * A candidate that is worth less is not kept: it brings fewer tokens than plain decoding would make in the time that its row
   * takes, and a row takes no less where there are more.
   */
  double leastWorth() {
    return leastWorth;
  }

  /** Counts a draft forward's predicted time. */
  void spend(double nanos) {
    draftNanos += nanos;
  }

  /** Predicted time of the draft forwards so far. */
  double spent() {
    return draftNanos;
  }

  /** Ranks all candidates there are, and chooses rows among them, given what is spent already. */
  void chooseRows() {
    budget.begin(size);
    for (int i = 0; i < size; i++) {
      budget.add(pool(i), i, 1);
    }
    budget.choose(pools, slotOf, draftNanos + costs.other(size, draftNanos > 0 ? 2 * size : size));
  }

  /** What the rows that were chosen last are expected to make more than plain decoding, as a share. */
  double gain() {
    double plain = size / (costs.verify(size, size) + costs.other(size, size));
    return budget.rate() / plain - 1;
  }

  /** Makes trees of the rows that were chosen last. */
  void build(DraftRound round) {
    for (int i = 0; i < size; i++) {
      pool(i).clearKept();
    }
    budget.mark(pools, slotOf);
    for (int i = 0; i < size; i++) {
      pool(i).build(round.tree(i));
    }
  }

  /** Live sequences. */
  int size() {
    return size;
  }

  int slot(int index) {
    return slotOf[index];
  }

  CandidatePool pool(int index) {
    return pools[slotOf[index]];
  }

  /** Layers that a slot's tree may have. */
  int depthLimit(int slot) {
    return depthLimits[slot];
  }

  int poolCapacity() {
    return poolCapacity;
  }

  RowBudget budget() {
    return budget;
  }
}
