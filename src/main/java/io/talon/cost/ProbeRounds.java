package io.talon.cost;

import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.Chosen;
import io.talon.engine.Drafting;
import io.talon.engine.Engine;
import io.talon.engine.Engine.Prompt;
import io.talon.engine.EngineSpec;
import io.talon.engine.Frontier;
import io.talon.engine.Sampling;
import io.talon.engine.SlotSet;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/** Made-up rounds of an engine that is otherwise empty, timed. */
final class ProbeRounds {
  /** Children of every drafted row, and the most rows of a draft layer that are timed. */
  static final int WIDTH = 8;

  /** Forwards of a shape. */
  static final int FORWARDS = 5;

  private static final int REPEATS = FORWARDS - 1; // the first one is for warming up
  private static final double STEADY = 1.5;
  private static final Sampling SAMPLED = new Sampling(1, 0, 1, 0, 1);

  private final Engine engine;
  private final EngineSpec spec;
  private final LongSupplier nanoClock;
  private final boolean drafts;
  private final boolean[] live; // [slots]
  private double spreads; // sum of logarithms
  private int shapes;
  private Sampling sampling = Sampling.GREEDY;
  private final int[] pending; // [slots], the token that is chosen and not run yet: the root of the next tree

  ProbeRounds(Engine engine, LongSupplier nanoClock) {
    this.engine = engine;
    this.nanoClock = nanoClock;
    spec = engine.spec();
    drafts = spec.hasDraft();
    live = new boolean[spec.slots()];
    pending = new int[spec.slots()];
  }

  /** Times of one shape, in nanoseconds. */
  record Times(double root, double layer, double verify, double commit) {
    /** The smaller of each. */
    Times calmer(Times other) {
      return new Times(
          Math.min(root, other.root), Math.min(layer, other.layer), Math.min(verify, other.verify),
          Math.min(commit, other.commit));
    }
  }

  /** Rounds of the first slots with trees of so many rows each. */
  Times even(int slots, int rows, int context) {
    return uneven(slots, slots, rows, rows, context);
  }

  /** Time of a target forward whose tokens are sampled. */
  double sampled(int slots, int rows, int context) {
    sampling = SAMPLED;
    double nanos = even(slots, rows, context).verify();
    sampling = Sampling.GREEDY;
    return nanos;
  }

  /** Rounds in which the trees of some of the slots, the first ones, have other rows than all others have. */
  Times uneven(int slots, int some, int firstRows, int otherRows, int context) {
    double[] root = new double[REPEATS];
    double[] layer = new double[REPEATS];
    double[] verify = new double[REPEATS];
    double[] commit = new double[REPEATS];
    SlotSet set = new SlotSet(slots);
    Frontier frontier = new Frontier(slots * WIDTH);
    TreeBatch trees = new TreeBatch(slots);
    AcceptedRows accepted = new AcceptedRows(slots, 2);
    fill(slots, context);
    for (int repeat = -1; repeat < REPEATS; repeat++) {
      int kept = Math.max(repeat, 0); // the first round is for warming up
      long start = nanoClock.getAsLong();
      if (drafts) {
        set.clear();
        for (int slot = 0; slot < slots; slot++) {
          set.add(slot);
        }
        Candidates children = engine.draftRoot(set, WIDTH);
        long middle = nanoClock.getAsLong();
        root[kept] = middle - start;
        expand(children, slots, Math.min(otherRows, children.width()), frontier);
        start = nanoClock.getAsLong();
        layer[kept] = start - middle;
      }
      trees.clear();
      for (int slot = 0; slot < slots; slot++) {
        trees.add(slot, tree(pending[slot], slot < some ? firstRows : otherRows));
      }
      start = nanoClock.getAsLong();
      Chosen chosen = engine.verify(trees);
      long middle = nanoClock.getAsLong();
      verify[kept] = middle - start;
      accept(trees, chosen, accepted);
      engine.commit(trees, accepted);
      commit[kept] = nanoClock.getAsLong() - middle;
    }
    Arrays.sort(verify);
    spreads += Math.log(Math.max(1, verify[REPEATS - 1]) / Math.max(1, verify[0]));
    shapes++;
    return new Times(calm(root), calm(layer), calm(verify), calm(commit));
  }

  /** Whether repeats took about the same time, so that nothing else seems to have been running. */
  boolean steady() {
    return Math.exp(spreads / Math.max(1, shapes)) < STEADY;
  }

  /** Every tree's root, and where it has any its last child. */
  private void accept(TreeBatch trees, Chosen chosen, AcceptedRows accepted) {
    accepted.clear();
    for (int slot = 0; slot < trees.count(); slot++) {
      int size = trees.tree(slot).size();
      int[] path = {Math.min(size, 3) - 1};
      int more = size > 1 ? 1 : 0;
      pending[slot] = chosen.token(trees.firstRow(slot) + path[0]);
      accepted.add(slot, path, more, pending[slot]);
    }
  }

  private void expand(Candidates children, int slots, int each, Frontier frontier) {
    frontier.clear();
    int rows = Math.min(each, spec.maxDraftRows() - 1);
    for (int slot = 0; slot < slots; slot++) {
      for (int i = 0; i < rows; i++) {
        frontier.add(slot, 0, children.tokens()[slot * children.width() + i]);
      }
    }
    if (rows > 0) {
      engine.draftLayer(frontier, WIDTH);
    }
  }

  /** Makes exactly the first slots live, as long as they are wanted: shapes are compared with each other. */
  private void fill(int slots, int context) {
    releaseAll();
    List<Prompt> prompts = new ArrayList<>();
    for (int slot = 0; slot < slots; slot++) {
      prompts.add(new Prompt(slot, new int[context], sampling, drafts ? Drafting.UNCOUPLED : Drafting.OFF));
      live[slot] = true;
    }
    Chosen chosen = engine.prefill(prompts);
    for (int slot = 0; slot < slots; slot++) {
      pending[slot] = chosen.token(slot);
    }
  }

  /** Leaves the engine as empty as it was. */
  void releaseAll() {
    for (int slot = 0; slot < spec.slots(); slot++) {
      if (live[slot]) {
        engine.release(slot);
        live[slot] = false;
      }
    }
  }

  /** A root, below it a bush of two children a node. */
  private DraftTree tree(int root, int rows) {
    DraftTree tree = new DraftTree(rows);
    tree.reset(root);
    for (int node = 1; node < rows; node++) {
      tree.add((node - 1) / 2, node % spec.vocabulary(), -node, 0);
    }
    return tree;
  }

  /** The second smallest: neighbours on the machine only ever add, and a call that was faster than all others is no rule. */
  private static double calm(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[1];
  }
}
