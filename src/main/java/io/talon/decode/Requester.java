package io.talon.decode;

import io.talon.TalonException;

/** Who asks the decode loop for generations, and takes them; called on the loop's thread. */
public interface Requester {
  /**
   * The next request, or null when there is none now.
   *
   * <p>The loop asks whenever a slot is free, and ends when nothing is live and null came back; a requester that waits for more
   * work may block, but only while {@code liveSlots} is 0.
   */
  GenerationRequest next(int liveSlots);

  /** Called before every round; what it throws ends the decoding there, and the live sequences with it. */
  default void beforeRound() {}

  /**
   * Why a live sequence is to end before the next round, or null to let it go on; what is named here is rejected at once.
   *
   * @param generated tokens so far
   */
  default TalonException unwanted(GenerationRequest request, int generated) {
    return null;
  }

  /** Takes a finished generation; the requester may offer follow-up requests from then on. */
  void finished(Generation generation);

  /**
   * Takes a request that has no result: its prompt leaves no room in the context or names an unknown token, the model's values
   * for it stopped being finite, or nobody wants it any more. The other sequences go on.
   *
   * @param generated tokens that it had by then
   */
  void rejected(GenerationRequest request, int generated, TalonException reason);
}
