package io.talon.tune;

import java.util.Arrays;
import java.util.List;

/**
 * Grows the tree of another setting out of recorded ones, and says what rounds would have come to.
 *
 * <p>A tree of a smaller budget, a narrower first layer or a stricter gate is cut out of the recorded tree exactly, but for the
 * rounding of log-probabilities. A stricter gate leaves room that the recorded run spent on siblings, so that the tree goes
 * deeper than anything recorded: there the tree is continued as wide as its last layer, and accepted with the chance that this
 * setting has where it can be seen. {@link Outcome#seen} is the share of rounds that needed none of this.
 *
 * <p>Rounds start where the recorded ones did. A setting that accepts less starts some rounds elsewhere, which is not replayed.
 */
public final class Replay {
  private static final int DEEP = 2; // from this layer on, nodes passed the gate and stand for those behind what was recorded
  private static final int MOST_FORWARDS = 1 << 10;
  private static final int MOST_CONTINUED = 64;

  private final TreeSetting setting;
  private final float logMu;
  private long rounds;
  private long seen;
  private double tokens;
  private double forwards;
  private double rows;
  private long trials; // accepted nodes whose children are in the tree, from the layer DEEP - 1 on
  private long hits; // of these, nodes with an accepted child
  private final double[] alive = new double[MOST_CONTINUED]; // rounds on whose path so many layers were continued
  private final int[] widths = new int[MOST_FORWARDS]; // nodes by depth, of the tree at hand
  private final long[] growing = new long[MOST_FORWARDS]; // rounds with more than so many draft forwards
  private final long[] frontier = new long[MOST_FORWARDS]; // rows that the draft forward after so many ran, over all rounds

  private Replay(TreeSetting setting) {
    this.setting = setting;
    logMu = (float) Math.log(setting.mu());
  }

  /** Replays rounds, which must have been recorded by a budget, width and gate that allow at least as much. */
  public static Outcome of(List<RecordedRound> recorded, int recordedBudget, TreeSetting setting) {
    Replay replay = new Replay(setting);
    recorded.forEach(round -> replay.add(round, recordedBudget));
    return replay.outcome();
  }

  /**
   * What rounds come to, on average.
   *
   * @param tau tokens per round, the bonus included
   * @param delta draft forwards per round
   * @param rows of a tree, the root included
   * @param seen share of rounds that lie within what was recorded
   * @param growing share of rounds that take a further draft forward after so many // [most forwards]
   * @param frontier rows of that forward, on average over those rounds // [most forwards]
   */
  public record Outcome(
      TreeSetting setting, double tau, double delta, double rows, double seen, double[] growing, double[] frontier) {
    /** The chance that a further draft forward is made after so many, where sequences share a round. */
    double anyGrowing(int after, int sequences) {
      return 1 - Math.pow(1 - growing[after], sequences);
    }

    /** Draft forwards of a round that several sequences share: the mean of the most that one of them takes. */
    public double sharedForwards(int sequences) {
      double mean = 0;
      for (int after = 0; after < growing.length; after++) {
        mean += anyGrowing(after, sequences);
      }
      return mean;
    }
  }

  private void add(RecordedRound round, int recordedBudget) {
    rounds++;
    int[] depths = round.depths();
    boolean[] kept = new boolean[round.rows()];
    kept[0] = true;
    int size = 1;
    int depth = 0;
    widths[0] = 1;
    boolean complete = true; // whether the whole tree lies within the recorded one
    while (size < setting.budget() && depth < setting.maxDepth()) {
      int[] layer = candidates(round, depths, kept, depth + 1);
      if (layer.length == 0) {
        complete = round.rows() < recordedBudget; // it ended at the limit or the end of its sequence, not at its budget
        break;
      }
      int room = setting.budget() - size;
      int count = count(layer, round.logProbs(), depth == 0, room);
      for (int i = 0; i < count; i++) {
        kept[layer[i]] = true;
      }
      size += count;
      depth++;
      widths[depth] = count;
    }
    int path = path(round, kept, depths, depth);
    int more = complete ? 0 : more(setting.budget() - size, widths[depth], setting.maxDepth() - depth);
    int committed = Math.min(path + 1, round.tokensLeft()); // the bonus included
    if (more > 0 && path == depth && round.acceptedRows().length == path) {
      int most = Math.min(Math.min(more, alive.length - 1), round.tokensLeft() - committed);
      for (int i = 1; i <= most; i++) {
        alive[i]++;
      }
    }
    tokens += committed;
    drafted(complete ? Math.min(depth, round.draftForwards()) : depth + more, depth);
    rows += complete ? size : setting.budget();
    seen += more == 0 ? 1 : 0;
  }

  /** Counts draft forwards, each of which runs the nodes of one depth; those behind the last are as many as there. */
  private void drafted(int taken, int depth) {
    forwards += taken;
    for (int after = 0; after < Math.min(taken, MOST_FORWARDS); after++) {
      growing[after]++;
      frontier[after] += widths[Math.min(after, depth)];
    }
  }

  /** The rows of a layer whose parents are kept, best first. */
  private static int[] candidates(RecordedRound round, int[] depths, boolean[] kept, int depth) {
    int[] found = new int[depths.length];
    int count = 0;
    for (int row = 1; row < depths.length; row++) {
      if (depths[row] == depth && kept[round.parents()[row - 1]]) {
        int hole = count++;
        while (hole > 0 && round.logProbs()[found[hole - 1] - 1] < round.logProbs()[row - 1]) {
          found[hole] = found[hole - 1];
          hole--;
        }
        found[hole] = row;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private int count(int[] layer, float[] logProbs, boolean first, int room) {
    int most = Math.min(layer.length, first ? Math.min(setting.width(), room) : room);
    float gate = first ? Float.NEGATIVE_INFINITY : logProbs[layer[0] - 1] + logMu;
    int count = 0;
    while (count < most && logProbs[layer[count] - 1] >= gate) {
      count++;
    }
    return count;
  }

  /** How many accepted nodes are kept; counts on the way how often a kept node with kept children goes on. */
  private int path(RecordedRound round, boolean[] kept, int[] depths, int depth) {
    int length = 0;
    for (int row : round.acceptedRows()) {
      if (!kept[row]) {
        break;
      }
      length++;
    }
    for (int step = DEEP; step <= Math.min(length + 1, depth); step++) {
      boolean ended = step - 1 == round.tokensLeft(); // nothing is chosen behind the end of a sequence
      if (!ended && hasKeptChild(round, kept, round.acceptedRows()[step - 2])) {
        trials++;
        hits += step <= length ? 1 : 0;
      }
    }
    return length;
  }

  private static boolean hasKeptChild(RecordedRound round, boolean[] kept, int parent) {
    for (int row = parent + 1; row < kept.length; row++) {
      if (kept[row] && round.parents()[row - 1] == parent) {
        return true;
      }
    }
    return false;
  }

  private static int more(int room, int width, int depthLeft) {
    return Math.min((room + width - 1) / width, depthLeft);
  }

  private Outcome outcome() {
    double chance = trials == 0 ? 0 : (double) hits / trials;
    double continued = 0;
    double power = 1;
    for (int i = 1; i < alive.length; i++) {
      power *= chance;
      continued += alive[i] * power;
    }
    int longest = 0;
    while (longest < MOST_FORWARDS && growing[longest] > 0) {
      longest++;
    }
    double[] shares = new double[longest];
    double[] means = new double[longest];
    for (int i = 0; i < longest; i++) {
      shares[i] = (double) growing[i] / rounds;
      means[i] = (double) frontier[i] / growing[i];
    }
    return new Outcome(
        setting, (tokens + continued) / rounds, forwards / rounds, rows / rounds, (double) seen / rounds, shares, means);
  }
}
