package io.talon.draft.lookup;

/** A text in which sequences are looked up. */
interface Lookup {
  /**
   * Adds the places that end like the sequence, {@link Matches#PER_LOOKUP} at most.
   *
   * @param history the sequence, to be read up to {@code length}; between calls for a slot it only grows, until it is released
   */
  void find(int slot, int[] history, int length, Matches matches);

  /** Forgets a slot's sequence. */
  default void release(int slot) {}
}
