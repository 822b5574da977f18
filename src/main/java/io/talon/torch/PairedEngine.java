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
  private final Prompt[] drafted; // [slots], what the draft runs along with the target, null for nothing

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
    List<Prompt> drafts = new ArrayList<>();
    for (Prompt prompt : batch) {
      Drafting drafting = prompt.drafting();
      plain.add(new Prompt(prompt.slot(), prompt.tokens(), prompt.sampling(), Drafting.OFF));
      draft.slots[prompt.slot()].begin(Sampling.GREEDY, unfeatured(drafting));
      drafted[prompt.slot()] = null;
      if (drafting.enabled()) {
        draft.noise.reset(prompt.slot(), prompt.sampling().rowSeed());
        drafted[prompt.slot()] = new Prompt(prompt.slot(), prompt.tokens(), Sampling.GREEDY, Drafting.OFF);
        drafts.add(drafted[prompt.slot()]);
      }
    }
    target.begin(plain);
    draftPrefill.begin(drafts);
  }

  /** The draft runs along with the target, so many rows, too; what it then still lacks of a prompt that has ended, all of it. */
  @Override
  public Advance advance(int rows) {
    Advance advance = target.advance(rows);
    if (draftPrefill.underWay()) {
      draftPrefill.advance(rows);
    }
    for (Part part : advance.parts()) {
      if (part.row() >= 0 && drafted[part.slot()] != null) {
        while (draftPrefill.runs(part.slot())) { // the target had rows of it already
          draftPrefill.advance(Integer.MAX_VALUE);
        }
        Slot slot = draft.slots[part.slot()];
        slot.length = drafted[part.slot()].tokens().length;
        slot.pendingTokens[0] = advance.chosen().token(part.row());
        slot.pendingRows = 1;
      }
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
  public int waiting(int slot) {
    return draft.slots[slot].pendingRows;
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
    draftPrefill.giveUp(slot); // of a prompt that was given up, or of a call that failed
    draft.slots[slot].live = false;
  }

  @Override
  public void forget() {
    target.forget(); // rows of the draft model are never taken again
  }

  @Override
  public void close() {
    target.close();
    draft.module.close();
  }
}
