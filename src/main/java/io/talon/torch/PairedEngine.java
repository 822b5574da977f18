package io.talon.torch;

import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.Chosen;
import io.talon.engine.Drafting;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import io.talon.engine.Frontier;
import io.talon.engine.Sampling;
import io.talon.engine.SlotSet;
import io.talon.tree.TreeBatch;
import java.util.ArrayList;
import java.util.List;

/** A target and a separate, smaller draft model of the same vocabulary, each with a module and a cache of its own. */
final class PairedEngine implements Engine {
  private final TorchEngine target;
  private final EngineSpec spec;
  private final EngineState draft;
  private final PromptCalls draftPrefill;
  private final ModelCalls calls;
  private final Prompt[] drafted; // [slots], what the draft is to run once the target has, null for nothing

  /**
   * @param spec the target's, with the vocabulary that the draft model proposes from
   * @param draft the draft model's module and slots
   */
  PairedEngine(TorchEngine target, EngineSpec spec, EngineState draft) {
    this.target = target;
    this.spec = spec;
    this.draft = draft;
    draftPrefill = new PromptCalls(draft);
    calls = new ModelCalls(draft);
    drafted = new Prompt[draft.slots.length];
  }

  @Override
  public EngineSpec spec() {
    return spec;
  }

  @Override
  public void begin(List<Prompt> batch) {
    List<Prompt> plain = new ArrayList<>();
    for (Prompt prompt : batch) {
      Drafting drafting = prompt.drafting();
      plain.add(new Prompt(prompt.slot(), prompt.tokens(), prompt.sampling(), Drafting.OFF));
      draft.slots[prompt.slot()].begin(Sampling.GREEDY, unfeatured(drafting));
      drafted[prompt.slot()] = null;
      if (drafting.enabled()) {
        draft.noise.reset(prompt.slot(), prompt.sampling().rowSeed());
        drafted[prompt.slot()] = new Prompt(prompt.slot(), prompt.tokens(), Sampling.GREEDY, Drafting.OFF);
      }
    }
    target.begin(plain);
  }

  /** The draft, which is small, runs a prompt once the target has, and all of it. */
  @Override
  public Advance advance(int rows) {
    Advance advance = target.advance(rows);
    List<Prompt> done = new ArrayList<>();
    for (Part part : advance.parts()) {
      if (part.row() >= 0 && drafted[part.slot()] != null) {
        done.add(drafted[part.slot()]);
        Slot slot = draft.slots[part.slot()];
        slot.length = drafted[part.slot()].tokens().length;
        slot.pendingTokens[0] = advance.chosen().token(part.row());
        slot.pendingRows = 1;
      }
    }
    draftPrefill.begin(done);
    while (draftPrefill.underWay()) {
      draftPrefill.advance(Integer.MAX_VALUE);
    }
    return advance;
  }

  @Override
  public Candidates draftRoot(SlotSet slots, int width) {
    return calls.draftRoot(slots, width);
  }

  @Override
  public Candidates draftLayer(Frontier frontier, int width) {
    return calls.draftLayer(frontier, width);
  }

  @Override
  public Chosen verify(TreeBatch trees) {
    return target.verify(trees);
  }

  @Override
  public void commit(TreeBatch trees, AcceptedRows accepted) {
    target.commit(trees, accepted);
    for (int i = 0; i < accepted.size(); i++) {
      int tree = accepted.treeIndex(i);
      int slotIndex = trees.slot(tree);
      if (draft.slots[slotIndex].length > 0) { // a sequence that is decoded plainly never came here
        calls.makeRoom(slotIndex, accepted.count(i) + 1);
        calls.await(slotIndex, trees.tree(tree), accepted, i);
      }
    }
  }

  @Override
  public void couple(int slot, Drafting drafting) {
    draft.slots[slot].drafting = unfeatured(drafting);
  }

  /** A model of its own needs no features of the target. */
  private static Drafting unfeatured(Drafting drafting) {
    return new Drafting(false, drafting.beta(), drafting.gamma(), drafting.watch());
  }

  @Override
  public void release(int slot) {
    target.release(slot);
    draftPrefill.giveUp(slot); // of a call that failed
    draft.slots[slot].live = false;
  }

  @Override
  public void close() {
    target.close();
    draft.module.close();
  }
}
