package io.talon.engine;

import io.talon.tree.TreeBatch;

/**
 * The models on one device. Not thread-safe: one thread, one engine.
 *
 * <p>A slot holds one live sequence: n committed tokens with their target KV, and a pending token (the root of the next
 * tree) that is chosen but not yet run. A round is draftRoot, draftLayer*, verify, commit.
 */
public interface Engine extends AutoCloseable {
  EngineSpec spec();

  /**
   * Runs a prompt into a free slot and returns the first chosen token, one row, which becomes the slot's pending token.
   *
   * @param prompt at least one token, at most {@code maxContext - 1}
   */
  Chosen prefill(int slot, int[] prompt, Sampling sampling, Drafting drafting);

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
