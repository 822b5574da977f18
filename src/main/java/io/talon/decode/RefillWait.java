package io.talon.decode;

/**
 * Whether free slots wait for company: prompts that begin together run in one forward, for which the weights are read once.
 *
 * <p>A prompt's forward takes a part F of a round beside its rows. With S slots, in which a sequence ends after L rounds, k free slots
 * that begin together cost F / k of a round each, and wait (k - 1) L / 2 / S rounds in mean while one of S slots is empty: the sum is least for
 * k = S sqrt(2 F / L), a few of many slots where texts are short, and one elsewhere. Where sequences end for sure within two rounds, since their
 * lengths are used up, free slots wait for these, too: many end almost at once where they began together.
 */
final class RefillWait {
  private static final double FORWARD = 0.4; // of a round, what a prompt's forward takes beside its rows
  private static final double LONGEST = 0.5; // of a round of all slots, for that long slots may be empty
  private static final int TOKENS = 2; // each round brings one at least
  private static final int FEW = 4; // slots of which one is too large a part
  private static final double SHARE = 0.1; // of a sequence that has ended, in the mean of their rounds

  private double empty; // slots times rounds that were waited
  private double meanRounds; // of sequences that have ended, 0 before the first

  /** Learns for how many rounds a sequence lived. */
  void ended(int rounds) {
    meanRounds += (meanRounds == 0 ? 1 : SHARE) * (rounds - meanRounds);
  }

  /**
   * Whether free slots stay free in this round; asked once a round.
   *
   * @param sequences null where a slot is free
   */
  boolean waits(Sequence[] sequences) {
    int slots = sequences.length;
    int free = 0;
    boolean sure = false;
    for (Sequence sequence : sequences) {
      free += sequence == null ? 1 : 0;
      sure |= sequence != null && sequence.started() && sequence.left() <= TOKENS;
    }
    boolean few = meanRounds > 0 && free + 0.5 < slots * Math.sqrt(2 * FORWARD / meanRounds);
    boolean waits = free > 0 && free < slots && slots >= FEW && (sure || few) && empty + free <= LONGEST * slots;
    empty = waits ? empty + free : 0;
    return waits;
  }
}
