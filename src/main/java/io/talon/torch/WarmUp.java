package io.talon.torch;

import io.talon.model.AcceptedRows;
import io.talon.model.Drafting;
import io.talon.model.Frontier;
import io.talon.model.Candidates;
import io.talon.model.Sampling;
import io.talon.model.SlotSet;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;

/** Runs a few small rounds, so that the script's profiling and the library's first allocations lie before the first row. */
final class WarmUp {
  private static final int ROUNDS = 4;

  private WarmUp() {}

  static void run(TorchEngine engine) {
    boolean drafts = engine.spec().hasHead() && engine.spec().maxDraftRows() > 1 && engine.spec().maxTreeRows() > 1;
    int room = engine.spec().maxContext() - 2 * ROUNDS;
    if (room < 2) {
      return;
    }
    int[] prompt = new int[Math.min(4, room)];
    int root = engine.prefill(0, prompt, Sampling.GREEDY, drafts ? Drafting.UNCOUPLED : Drafting.OFF);
    TreeBatch trees = new TreeBatch(1);
    DraftTree tree = new DraftTree(2);
    AcceptedRows accepted = new AcceptedRows(1, 2);
    for (int round = 0; round < ROUNDS; round++) {
      tree.reset(root);
      if (drafts) {
        draft(engine, tree);
      }
      trees.clear();
      trees.add(0, tree);
      root = engine.verify(trees)[0];
      accepted.clear();
      accepted.add(0, new int[0], 0, root);
      engine.commit(trees, accepted);
    }
    engine.release(0);
  }

  private static void draft(TorchEngine engine, DraftTree tree) {
    SlotSet slots = new SlotSet(1);
    slots.add(0);
    Candidates children = engine.draftRoot(slots, 1);
    int child = children.tokens()[0];
    tree.add(0, child, Math.min(0, children.logProbs()[0]), 0);
    Frontier frontier = new Frontier(1);
    frontier.add(0, 0, child);
    engine.draftLayer(frontier, 1);
  }
}
