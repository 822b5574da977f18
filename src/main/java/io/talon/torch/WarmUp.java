package io.talon.torch;

import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.Drafting;
import io.talon.engine.Engine;
import io.talon.engine.Frontier;
import io.talon.engine.Sampling;
import io.talon.engine.SlotSet;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs rounds of a made-up sequence before the first row, so that the script's profiling, the library's first allocations
 * and the JVM's own compilation do not count as the first rows' time. What a process has compiled for one engine it has for the
 * next.
 */
final class WarmUp {
  private static final int MAX_ROUNDS = 60;
  private static final long ENOUGH_NANOS = TimeUnit.MILLISECONDS.toNanos(800);
  private static final int FEWEST_ROUNDS = 4; // the script's executor has seen every call twice
  private static final AtomicBoolean COMPILED = new AtomicBoolean();
  private static final int LAYER_WIDTH = 4;
  private static final int LAYERS = 3;

  private final Engine engine;
  private final boolean drafts;
  private final DraftTree tree;
  private final int[] path;

  private WarmUp(Engine engine) {
    this.engine = engine;
    drafts = engine.spec().hasDraft() && engine.spec().maxDraftRows() > 1 + LAYER_WIDTH * LAYERS;
    tree = new DraftTree(Math.min(engine.spec().maxTreeRows(), 1 + LAYER_WIDTH * LAYERS));
    path = new int[1];
  }

  static void run(Engine engine) {
    int longestPrompt = engine.spec().maxContext() - 2 * MAX_ROUNDS;
    if (longestPrompt >= 1) {
      new WarmUp(engine).run(new int[Math.min(longestPrompt, 48)]);
    }
  }

  /** Rounds with and without a tree, two of each, and before a process's first engine until enough time has gone by. */
  private void run(int[] prompt) {
    long until = System.nanoTime() + (COMPILED.get() ? 0 : ENOUGH_NANOS);
    int root = engine.prefill(0, prompt, Sampling.GREEDY, drafts ? Drafting.UNCOUPLED : Drafting.OFF).token(0);
    TreeBatch trees = new TreeBatch(1);
    AcceptedRows accepted = new AcceptedRows(1, 1);
    for (int round = 0; round < MAX_ROUNDS && (round < FEWEST_ROUNDS || System.nanoTime() - until < 0); round++) {
      tree.reset(root);
      if (drafts && round % 2 == 1) {
        draft();
      }
      trees.clear();
      trees.add(0, tree);
      root = engine.verify(trees).token(0);
      int kept = tree.size() > 2 ? 1 : 0;
      path[0] = tree.size() - 1 > LAYER_WIDTH ? LAYER_WIDTH : 1;
      accepted.clear();
      accepted.add(0, path, kept, root);
      engine.commit(trees, accepted);
    }
    engine.release(0);
    COMPILED.set(true);
  }

  private void draft() {
    SlotSet slots = new SlotSet(1);
    slots.add(0);
    Frontier frontier = new Frontier(LAYER_WIDTH);
    int firstParent = 0;
    Candidates children = engine.draftRoot(slots, LAYER_WIDTH);
    for (int layer = 0; layer < LAYERS; layer++) {
      int firstNode = tree.size();
      int row = layer == 0 ? 0 : frontier.size() - 1;
      for (int i = 0; i < children.width() && tree.size() < tree.capacity(); i++) {
        int child = row * children.width() + i;
        tree.add(firstParent, children.tokens()[child], tree.logProb(firstParent) + children.logProbs()[child], i);
      }
      frontier.clear();
      for (int node = firstNode; node < tree.size(); node++) {
        frontier.add(0, layer * LAYER_WIDTH, tree.token(node)); // the last row of the layer before
      }
      if (frontier.size() == 0) {
        return;
      }
      children = engine.draftLayer(frontier, LAYER_WIDTH);
      firstParent = tree.size() - 1;
    }
  }
}
