package io.talon.torch;

import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.Chosen;
import io.talon.engine.Drafting;
import io.talon.engine.Engine;
import io.talon.engine.EngineOptions;
import io.talon.engine.EngineSpec;
import io.talon.engine.Frontier;
import io.talon.engine.Sampling;
import io.talon.engine.SlotSet;
import io.talon.torch.module.EngineLayout;
import io.talon.torch.module.Weights;
import io.talon.torch.script.Argument;
import io.talon.torch.script.Rows;
import io.talon.tree.TreeBatch;
import java.util.List;

/**
 * The models on one device through DJL: a call's integers go into one table, and every forward is one native call.
 *
 * <p>Weights, caches, features, noise and hidden states live in the script; the JVM sees token ids, positions, parents and
 * log-probabilities.
 */
public final class TorchEngine implements Engine {
  private final EngineState state;
  private final EngineSpec spec;
  private final TargetCalls target;
  private final PromptCalls prompts;
  private final CommitCall commit;
  private final HeadCalls head;
  private boolean closed;

  TorchEngine(EngineState state, EngineSpec spec) {
    this.state = state;
    this.spec = spec;
    target = new TargetCalls(state);
    prompts = new PromptCalls(state);
    commit = new CommitCall(state);
    head = new HeadCalls(state);
  }

  /** Opens a target, alone or with its head; every error that files can show is thrown before a weight is read, and the engine comes back warm. */
  public static TorchEngine open(EngineOptions options) {
    return EngineOpener.open(options, TorchEngines.padsSlots(options));
  }

  /** Compares rounds of a short prompt with plain decoding; ENGINE when they differ, or something is not finite. */
  void check() {
    check(state.layout);
  }

  /** The same as if the engine were laid out so. */
  void check(EngineLayout layout) {
    new SelfCheck(state.module, layout).rounds(this);
  }

  @Override
  public EngineSpec spec() {
    return spec;
  }

  @Override
  public void begin(List<Prompt> batch) {
    for (Prompt prompt : batch) {
      Slot slot = state.slots[prompt.slot()];
      assert !slot.live : "the slot is free";
      assert prompt.tokens().length >= 1 && prompt.tokens().length < spec.maxContext() : "the prompt leaves room for a token";
      assert !prompt.drafting().enabled() || spec.hasDraft() : "only a head can draft";
      slot.begin(prompt.sampling(), prompt.drafting());
      state.noise.reset(prompt.slot(), prompt.sampling().rowSeed());
    }
    prompts.begin(batch);
  }

  @Override
  public Advance advance(int rows) {
    Advance advance = prompts.advance(rows);
    for (Part part : advance.parts()) {
      Slot slot = state.slots[part.slot()];
      if (part.row() >= 0) {
        slot.length = slot.heldRows;
        slot.root = advance.chosen().token(part.row());
        slot.tainted = !advance.chosen().finite(part.row());
        if (slot.drafting.enabled()) {
          slot.pendingTokens[0] = slot.root;
          slot.pendingRows = 1;
        }
      }
    }
    return advance;
  }

  @Override
  public Candidates draftRoot(SlotSet slots, int width) {
    return head.draftRoot(slots, width);
  }

  @Override
  public Candidates draftLayer(Frontier frontier, int width) {
    return head.draftLayer(frontier, width);
  }

  @Override
  public int waiting(int slot) {
    return state.slots[slot].pendingRows;
  }

  @Override
  public Chosen verify(TreeBatch trees) {
    return target.verify(trees);
  }

  @Override
  public void commit(TreeBatch trees, AcceptedRows accepted) {
    for (int i = 0; i < accepted.size(); i++) {
      head.makeRoom(trees.slot(accepted.treeIndex(i)), accepted.count(i) + 1);
    }
    commit.run(trees, accepted);
    for (int i = 0; i < accepted.size(); i++) {
      int slotIndex = trees.slot(accepted.treeIndex(i));
      if (state.slots[slotIndex].tainted) {
        scrub(slotIndex, state.slots[slotIndex].length);
      }
    }
  }

  /** Forgets what a slot's caches hold from a position on. */
  private void scrub(int slotIndex, int from) {
    EngineLayout layout = state.layout;
    state.module.number(
        "scrub", Argument.of(state.cacheRow(slotIndex, from)), Argument.of((long) layout.capacity() - from));
    if (spec.hasDraft()) {
      state.module.number(
          "scrub_head", Argument.of(state.headCacheRow(slotIndex, from)), Argument.of((long) layout.headCapacity() - from));
    }
    state.slots[slotIndex].tainted = false;
    state.slots[slotIndex].forget();
  }

  @Override
  public void forget() {
    for (Slot slot : state.slots) {
      slot.forget();
    }
  }

  @Override
  public void couple(int slot, Drafting drafting) {
    assert state.slots[slot].drafting.enabled() && drafting.enabled() : "the sequence drafts";
    state.slots[slot].drafting = drafting;
  }

  @Override
  public void release(int slot) {
    boolean unchecked = prompts.runs(slot); // nothing has been chosen yet that would say whether its rows are finite
    prompts.giveUp(slot);
    if (unchecked || state.slots[slot].tainted) {
      scrub(slot, 0);
    }
    state.slots[slot].live = false;
  }

  /** The logits after every token of a prompt of at most 512 tokens, run in a free slot // [tokens * vocabulary]. */
  float[] inspect(int slot, int[] prompt) {
    assert !state.slots[slot].live : "the slot is free";
    return prompts.inspect(slot, prompt);
  }

  /** What the head reads of every token of a prompt of at most 512 tokens, run in a free slot // [tokens * 3 hidden]. */
  float[] features(int slot, int[] prompt) {
    assert !state.slots[slot].live : "the slot is free";
    return prompts.features(slot, prompt);
  }

  /** The logits after every tree row, without a choice // [rows * vocabulary]. */
  float[] inspect(TreeBatch trees) {
    return target.inspect(trees);
  }

  /** The noise of every token under each key // [keys * vocabulary]. */
  float[] noise(Rows keys) {
    return state.module.floats("noise_of", keys.argument());
  }

  /** What is chosen at so many positions from the same logits, in a free slot, one row each. */
  Chosen choose(float[] logits, Sampling sampling, int firstPosition, int count) {
    state.noise.reset(0, sampling.rowSeed());
    return target.choose(logits, sampling, firstPosition, count);
  }

  /** Arrays and values in native memory that belong to a call, none of them alive between calls. */
  int liveNatives() {
    return state.module.liveNatives();
  }

  /** A layer's cached keys and values of a slot's committed tokens // [length, 2 * kvHeads * headDim]. */
  float[] cached(int layer, int slot) {
    return state.module.floats(
        "cached",
        Argument.of((long) layer),
        Argument.of(state.cacheRow(slot, 0)),
        Argument.of((long) state.slots[slot].length));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      state.module.close();
    }
  }
}
