package io.talon.torch;

/**
 * How an engine's memory is laid out.
 *
 * @param device as torch spells it: {@code cpu}, {@code cuda:0}
 * @param bf16 whether weights, activations and caches are bf16 instead of float32
 * @param slots sequences that can live at once
 * @param maxContext tokens of a sequence
 * @param maxTreeRows rows of one tree
 * @param maxDraftRows draft rows of one slot in one round
 * @param padsSlots whether attention runs padded over all slots at once instead of slot by slot
 */
record EngineLayout(
    String device, boolean bf16, int slots, int maxContext, int maxTreeRows, int maxDraftRows, boolean padsSlots) {
  boolean cuda() {
    return device.startsWith("cuda");
  }

  /** Cache rows of a slot: the sequence, and behind it the rows of one tree. */
  int capacity() {
    return maxContext + maxTreeRows;
  }

  /** Cache rows of a slot in the head: the sequence, and behind it the draft rows of one round. */
  int headCapacity() {
    return maxContext + maxDraftRows;
  }

  /** Committed rows that may wait for the head in a slot. */
  int maxPending() {
    return Math.max(64, maxTreeRows + 1);
  }

  /** Positions of a slot whose noise is held at once: those of the deepest tree. */
  int ringLength() {
    return Math.max(maxTreeRows, maxDraftRows) + 1;
  }

  /** Whether the attention of so many slots is padded; one alone never needs to be. */
  boolean padded(int segments) {
    return padsSlots && segments > 1;
  }
}
