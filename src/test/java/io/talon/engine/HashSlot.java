package io.talon.engine;

import java.util.Set;

/** A slot of the {@link HashEngine}. */
final class HashSlot {
  enum State {
    FREE,
    FILLING,
    READY,
    DRAFTED,
    VERIFIED
  }

  State state = State.FREE;
  Sampling sampling;
  Drafting drafting;
  long committed; // hash of the committed tokens
  int length; // committed tokens
  int waiting; // committed rows that the draft has not run
  int root;
  int firstToken; // of the prompt
  // Draft rows of the round: hash of the path that ends in the row's token, its depth, and the children it was given.
  long[] draftHashes;
  int[] draftDepths;
  Set<Integer>[] draftChildren;
  int draftRows;
}
