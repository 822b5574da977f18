package io.talon.decode;

/**
 * Whether free slots wait for company: prompts that begin together run in one forward, and its weights are read once.
 *
 * <p>They wait where another sequence ends for sure within two rounds, since its length is used up: so nothing is lost where lengths
 * are not known. Many end almost at once where they began together and go on to the same length.
 */
final class RefillWait {
  private static final int TOKENS = 2; // each round brings one at least
  private static final int PART = 4; // of a round's slots, for that long slots may be empty: what a prompt's forward takes beside its rows

  private int empty; // slots times rounds that were waited

  /**
   * Whether free slots stay free in this round; asked once a round.
   *
   * @param sequences null where a slot is free
   */
  boolean waits(Sequence[] sequences) {
    int free = 0;
    boolean company = false;
    for (Sequence sequence : sequences) {
      free += sequence == null ? 1 : 0;
      company |= sequence != null && sequence.started() && sequence.left() <= TOKENS;
    }
    boolean waits = company && free > 0 && empty + free <= sequences.length / PART;
    empty = waits ? empty + free : 0;
    return waits;
  }
}
