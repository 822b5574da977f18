package io.talon.engine;

import io.talon.tree.TreeBatch;
import java.util.List;

/**
 * The models on one device. Not thread-safe: one thread, one engine.
 *
 * <p>A slot holds one live sequence: n committed tokens with their target KV, and a pending token (the root of the next
 * tree) that is chosen but not yet run. A round is draftRoot, draftLayer*, verify, commit.
 */
public interface Engine extends AutoCloseable {
  /**
   * A prompt for a slot.
   *
   * @param tokens at least one, at most {@code maxContext - 1}
   */
  record Prompt(int slot, int[] tokens, Sampling sampling, Drafting drafting) {}

  EngineSpec spec();

  /**
   * Runs prompts, each into a free slot of its own, and returns the first chosen token of each, one row per prompt, which becomes
   * the slot's pending token. An engine may take rows that slots hold of the same tokens instead of running them.
   */
  Chosen prefill(List<Prompt> prompts);

  /** Runs one prompt into a free slot. */
  default Chosen prefill(int slot, int[] tokens, Sampling sampling, Drafting drafting) {
    return prefill(List.of(new Prompt(slot, tokens, sampling, drafting)));
  }

  /** Extends the head over the newly committed rows and returns the children of each slot's root, one row per slot. */
  Candidates draftRoot(SlotSet slots, int width);

  /** Expands one layer; rows of the result are the rows of the frontier. */
  Candidates draftLayer(Frontier frontier, int width);

  /** One target forward over all rows of all trees: the token that the target chooses after every row. */
  Chosen verify(TreeBatch trees);

  /** Keeps the root and the accepted rows of the trees last verified, drops the others, and sets the new roots. */
  void commit(TreeBatch trees, AcceptedRows accepted);

  /** Changes how the draft scores its candidates for a live sequence that was prefilled with drafting, from the next round on. */
  void couple(int slot, Drafting drafting);

  /** Frees a slot. */
  void release(int slot);

  /** Frees everything; closing twice is harmless. */
  @Override
  void close();
}
