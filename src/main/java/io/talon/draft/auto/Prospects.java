package io.talon.draft.auto;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.cost.LiveCosts;
import java.util.Arrays;

/**
 * What drafting with the model would bring and cost, before any of it is done: whether a round drafts, and for whom.
 *
 * <p>By depth it knows how often a token was accepted where the draft had expanded its parent, and how many rows a tree had
 * there; by sequence, how its own acceptance compares. A round that does not draft saves half a percent of its time, and once
 * that pays for a round with drafts there is one, so that a draft that has become better is noticed at that price. A draft model that
 * was not asked for long has to run what was committed since ({@link CatchUp}): then it tries with those sequences only that have
 * caught up in no more time than the try takes otherwise, one in any case. What such a round took beyond what was foretold has to be
 * saved as well before the next one.
 */
final class Prospects {
  private static final double PROBE_SHARE = 0.005;
  private static final double MOST_DEBT = 30; // plain rounds: one call that stalled must not end all trying
  private static final double PRIOR = 4; // rounds that the first guess weighs
  private static final double MOST = 0.98; // no draft is surer than this
  private static final double GUESS = 0.7;
  private static final double EVEN = 0.5; // acceptance with which a draft that nobody knows has to pay, for its prompts to be run
  private static final double MEMORY = 400; // observations at a depth, from which on older ones are forgotten
  private static final double FORGET = 0.85; // of a sequence's own, per round
  private static final double OWN_PRIOR = 2;
  private static final double SMOOTHING = 0.05;
  private static final double STAY = 0.01; // the other way must be better by this share
  private static final int FIRST_REST = 4; // rounds
  private static final int LONGEST_REST = 64;
  private static final int INVESTED = 50; // rounds with drafts that have to make up for what the draft runs before the first of them

  private final LiveCosts costs;
  private final CatchUp catchUp;
  private final int maxDepth;
  private final double[] reached; // [maxDepth + 1], expanded nodes that walks reached, by the depth of their children
  private final double[] accepted; // [maxDepth + 1], of these, how many went on to a child
  private final double[] rowsAt; // [maxDepth + 1], rows of a drafted tree
  private final double[] ownAccepted; // [slots]
  private final double[] ownExpected; // [slots]
  private final int[] rest; // [slots], rounds for which the sequence is left out
  private final int[] nextRest; // [slots]
  private final boolean[] tried; // [slots], whether its rest ends with this round
  private final double[] gain; // [maxDepth + 1], scratch
  private boolean drafting = true;
  private double bestNanos;
  private double bestTokens;
  private double credit; // nanoseconds that may be spent on trying

  Prospects(int slots, int maxDepth, LiveCosts costs, CatchUp catchUp) {
    this.costs = costs;
    this.catchUp = catchUp;
    this.maxDepth = maxDepth;
    reached = new double[maxDepth + 1];
    accepted = new double[maxDepth + 1];
    rowsAt = new double[maxDepth + 1];
    ownAccepted = new double[slots];
    ownExpected = new double[slots];
    rest = new int[slots];
    nextRest = new int[slots];
    tried = new boolean[slots];
    gain = new double[maxDepth + 1];
    Arrays.fill(reached, PRIOR);
    Arrays.fill(accepted, PRIOR * GUESS);
    for (int depth = 1; depth <= maxDepth; depth++) {
      rowsAt[depth] = 2.0 / depth;
    }
  }

  /** A sequence begins in a slot. */
  void begin(int slot) {
    ownAccepted[slot] = 0;
    ownExpected[slot] = 0;
    rest[slot] = 0;
    nextRest[slot] = FIRST_REST;
  }

  /** How probable it is that a walk which reaches an expanded node of a sequence goes on to one of its children at this depth. */
  double acceptance(int slot, int depth) {
    int at = Math.min(depth, maxDepth);
    return Math.min(MOST, accepted[at] / reached[at] * own(slot));
  }

  private double own(int slot) {
    return (ownAccepted[slot] + OWN_PRIOR) / (ownExpected[slot] + OWN_PRIOR);
  }

  /**
   * Chooses whom to draft for.
   *
   * @param slots the candidates; those that are chosen come to the front
   * @param count how many there are
   * @param found what each sequence may expect without drafting, by the same index; moved along
   * @param sequences all live ones
   * @param plainRows rows of a round that does not draft
   * @param plainRate its expected tokens per nanosecond
   * @return how many are drafted for, 0 for none
   */
  int choose(int[] slots, int count, double[] found, int sequences, int plainRows, double plainRate) {
    int chosen = 0;
    for (int i = 0; i < count; i++) {
      tried[slots[i]] = rest[slots[i]] == 1;
      if (rest[slots[i]] == 0 || --rest[slots[i]] == 0) {
        swap(slots, found, i, chosen++);
      }
    }
    if (chosen == 0) {
      return 0;
    }
    double plainNanos = costs.verify(sequences, plainRows) + costs.other(sequences, sequences);
    int depth = bestDepth(slots, chosen, found, sequences, plainRows, plainRate * plainNanos);
    double late = catchUp.nanos(slots, chosen);
    if (bestTokens / (bestNanos + late / INVESTED) > plainRate * (drafting ? 1 - STAY : 1 + STAY)) {
      drafting = true;
      chosen = chosen == 1 ? 1 : withoutThoseThatDoNotPay(slots, chosen, found, depth, plainRate);
      catchUp.begin(slots, chosen);
      return chosen;
    }
    drafting = false;
    if (late > bestNanos) {
      chosen = catchUp.soonest(slots, chosen, found, bestNanos);
      bestDepth(slots, chosen, found, sequences, plainRows, plainRate * plainNanos);
      late = catchUp.nanos(slots, chosen);
    }
    double loss = Math.max(0, bestNanos + late - bestTokens / plainRate);
    credit = Math.max(credit, -MOST_DEBT * plainNanos);
    credit = Math.min(credit + PROBE_SHARE * plainNanos, loss + plainNanos);
    if (credit < loss) {
      return 0;
    }
    credit -= loss;
    catchUp.begin(slots, chosen);
    return chosen;
  }

  /** Counts what the draft forwards of a round took beyond what was foretold, where it only tried whether drafting pays. */
  void drafted(double foretoldNanos, long nanos) {
    double beyond = catchUp.took(foretoldNanos, nanos);
    if (!drafting) {
      credit -= Math.max(0, beyond);
    }
  }

  /**
   * Whether so many sequences, of the usual acceptance, would be drafted for: a sequence for which nobody will draft needs nothing
   * kept for it, neither features nor a draft model's cache.
   *
   * @param known whether it is known what is usual; where it is not, that half is accepted has to be enough, as a draft model's run
   *     over a prompt would be for nothing otherwise
   */
  boolean promising(int sequences, boolean known) {
    double plainNanos = costs.verify(sequences, sequences) + costs.other(sequences, sequences);
    double draftNanos = costs.root(sequences) + costs.other(sequences, 2 * sequences);
    double reach = 1;
    double tokens = sequences;
    double rows = sequences;
    for (int depth = 1; depth <= maxDepth; depth++) {
      reach *= known ? Math.min(MOST, accepted[depth] / reached[depth]) : EVEN;
      tokens += sequences * reach;
      rows += sequences * rowsAt[depth];
      draftNanos += depth == 1 ? 0 : costs.layer(sequences, sequences * frontier(depth - 1));
      double nanos = draftNanos + costs.verify(sequences, (int) Math.round(rows));
      if (tokens * plainNanos > sequences * nanos) {
        return true;
      }
    }
    return false;
  }

  /** Exchanges two sequences and what is known of them. */
  static void swap(int[] slots, double[] found, int i, int j) {
    int slot = slots[i];
    double worth = found[i];
    slots[i] = slots[j];
    found[i] = found[j];
    slots[j] = slot;
    found[j] = worth;
  }

  /** The number of layers with the largest expected rate; leaves time and tokens of such a round behind. */
  private int bestDepth(int[] slots, int chosen, double[] found, int sequences, int plainRows, double plainTokens) {
    Arrays.fill(gain, 0);
    for (int i = 0; i < chosen; i++) {
      double reach = 1;
      double sum = 0;
      for (int depth = 1; depth <= maxDepth; depth++) {
        reach *= acceptance(slots[i], depth);
        sum += reach;
        gain[depth] += Math.max(0, sum - found[i]);
      }
    }
    double draftNanos = costs.root(chosen) + costs.other(sequences, 2 * sequences);
    double rows = plainRows;
    int best = 0;
    for (int depth = 1; depth <= maxDepth; depth++) {
      rows += chosen * rowsAt[depth];
      draftNanos += depth == 1 ? 0 : costs.layer(chosen, chosen * frontier(depth - 1));
      double nanos = draftNanos + costs.verify(sequences, (int) Math.round(rows));
      double tokens = plainTokens + gain[depth];
      if (best == 0 || tokens * bestNanos > bestTokens * nanos) {
        best = depth;
        bestNanos = nanos;
        bestTokens = tokens;
      }
    }
    return best;
  }

  /** Nodes of a depth that are expanded, by a tree's rows there. */
  private double frontier(int depth) {
    return Math.max(1, Math.min(4, rowsAt[depth]));
  }

  /** Lets those rest that bring less than what one sequence more in the forwards costs. */
  private int withoutThoseThatDoNotPay(int[] slots, int chosen, double[] found, int layers, double plainRate) {
    double price = costs.root(chosen) - costs.root(chosen - 1);
    for (int depth = 1; depth < layers; depth++) {
      price += costs.layer(chosen, chosen * frontier(depth))
          - costs.layer(chosen - 1, (chosen - 1) * frontier(depth));
    }
    int paying = 0;
    for (int i = 0; i < chosen; i++) {
      int slot = slots[i];
      double reach = 1;
      double sum = 0;
      for (int depth = 1; depth <= layers; depth++) {
        reach *= acceptance(slot, depth);
        sum += reach;
      }
      boolean pays = Math.max(0, sum - found[i]) > price * plainRate;
      nextRest[slot] = pays ? FIRST_REST : nextRest[slot];
      if (pays || tried[slot]) {
        swap(slots, found, i, paying++);
      } else {
        rest[slot] = nextRest[slot];
        nextRest[slot] = Math.min(LONGEST_REST, 2 * nextRest[slot]);
      }
    }
    return paying;
  }

  /** Counts an expanded node that a walk reached, and whether the walk went on. */
  void observe(int slot, int depth, boolean wentOn) {
    int at = Math.min(depth, maxDepth);
    ownExpected[slot] += Math.min(MOST, accepted[at] / reached[at]);
    ownAccepted[slot] += wentOn ? 1 : 0;
    if (reached[at] > MEMORY) {
      reached[at] /= 2;
      accepted[at] /= 2;
    }
    reached[at]++;
    accepted[at] += wentOn ? 1 : 0;
  }

  /** Closes a round of a sequence that was drafted for. */
  void close(int slot) {
    ownExpected[slot] *= FORGET;
    ownAccepted[slot] *= FORGET;
  }

  /** Counts the rows that a drafted tree had at a depth. */
  void rows(int depth, int rows) {
    rowsAt[depth] += SMOOTHING * (rows - rowsAt[depth]);
  }

  /** By depth: how often a walk that reached an expanded node went on, and the rows that trees had. */
  ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("drafting", drafting);
    ArrayNode acceptance = node.putArray("acceptance");
    ArrayNode rows = node.putArray("rows");
    for (int depth = 1; depth <= maxDepth; depth++) {
      acceptance.add(Math.round(1e4 * accepted[depth] / reached[depth]) / 1e4);
      rows.add(Math.round(1e2 * rowsAt[depth]) / 1e2);
    }
    return node;
  }
}
