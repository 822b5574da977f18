package io.talon.engine;

import io.talon.tree.TreeBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

  /**
   * What was done for a prompt.
   *
   * @param rows of it that were run, or taken from another slot
   * @param row of what was chosen after its last token, -1 while the prompt goes on
   */
  record Part(int slot, int rows, int row) {}

  /**
   * What was done for the prompts that were begun, a part each for those whose turn it was.
   *
   * @param chosen the first chosen tokens of those that are done
   */
  record Advance(List<Part> parts, Chosen chosen) {}

  EngineSpec spec();

  /** Takes prompts, each for a free slot of its own; nothing of them is run yet. */
  void begin(List<Prompt> prompts);

  /**
   * Runs so many rows at most of the prompts that were begun, the oldest first; the token chosen after a prompt's last becomes its
   * slot's pending token. An engine may take rows that slots hold of the same tokens instead of running them.
   */
  Advance advance(int rows);

  /** Runs prompts, each into a free slot of its own, and returns the first chosen token of each, one row per prompt. */
  default Chosen prefill(List<Prompt> prompts) {
    begin(prompts);
    Map<Integer, Integer> indices = new HashMap<>(); // by slot
    for (Prompt prompt : prompts) {
      indices.put(prompt.slot(), indices.size());
    }
    int[] tokens = new int[prompts.size()];
    float[] margins = new float[prompts.size()];
    for (int done = 0; done < prompts.size();) {
      Advance advance = advance(Integer.MAX_VALUE);
      for (Part part : advance.parts()) {
        if (part.row() >= 0) {
          int index = indices.get(part.slot());
          tokens[index] = advance.chosen().token(part.row());
          margins[index] = advance.chosen().margin(part.row());
          done++;
        }
      }
    }
    return new Chosen(tokens, margins);
  }

  /** Runs one prompt into a free slot. */
  default Chosen prefill(int slot, int[] tokens, Sampling sampling, Drafting drafting) {
    return prefill(List.of(new Prompt(slot, tokens, sampling, drafting)));
  }

  /** Extends the head over the newly committed rows and returns the children of each slot's root, one row per slot. */
  Candidates draftRoot(SlotSet slots, int width);

  /** Expands one layer; rows of the result are the rows of the frontier. */
  Candidates draftLayer(Frontier frontier, int width);

  /** Committed rows of a live sequence that the draft has not run yet, and runs when it expands the root. */
  int waiting(int slot);

  /** One target forward over all rows of all trees: the token that the target chooses after every row. */
  Chosen verify(TreeBatch trees);

  /** Keeps the root and the accepted rows of the trees last verified, drops the others, and sets the new roots. */
  void commit(TreeBatch trees, AcceptedRows accepted);

  /** Changes how the draft scores its candidates for a live sequence that was prefilled with drafting, from the next round on. */
  void couple(int slot, Drafting drafting);

  /** Frees a slot; a prompt that is under way is given up. */
  void release(int slot);

  /** Forgets what free slots still hold of their last sequences, if anything, so that the next prompts are run in full. */
  default void forget() {}

  /** Frees everything; closing twice is harmless. */
  @Override
  void close();
}
