package io.talon.torch;

import io.talon.engine.Drafting;
import io.talon.engine.Sampling;

/** What the engine knows of one live sequence. */
final class Slot {
  final int[] pendingTokens; // [pendingRows], the token behind each committed row that the head has not seen
  final int[] draftDepths; // [maxDraftRows], 0 for the root's expansion
  final long[] draftBits; // [maxDraftRows * words], ancestors-or-self among the draft rows
  final int words;
  boolean live;
  int length; // committed tokens, whose target KV is in the cache
  int root; // the pending token, at position `length`
  int pendingRows; // committed rows that the head has not seen; the newest is at position length - 1
  int draftRows; // rows the head has run in this round, 0 before the root's expansion
  Sampling sampling;
  Drafting drafting;

  Slot(int maxPending, int maxDraftRows) {
    pendingTokens = new int[maxPending];
    draftDepths = new int[maxDraftRows];
    words = words(maxDraftRows);
    draftBits = new long[maxDraftRows * words];
  }

  /** Takes a new sequence. */
  void begin(Sampling sampling, Drafting drafting) {
    live = true;
    length = 0;
    pendingRows = 0;
    draftRows = 0;
    this.sampling = sampling;
    this.drafting = drafting;
  }

  /** Words of ancestor bits for so many rows. */
  static int words(int rows) {
    return (rows + Long.SIZE - 1) / Long.SIZE;
  }

  /** Begins the draft rows of a round with the root's expansion. */
  void beginDraft() {
    pendingRows = 0;
    draftRows = 1;
    draftDepths[0] = 0;
    for (int w = 0; w < words; w++) {
      draftBits[w] = 0;
    }
    draftBits[0] = 1;
  }

  /** Appends a draft row below another and returns its number. */
  int addDraftRow(int parentRow) {
    assert draftRows > 0 : "the root comes first";
    assert parentRow < draftRows : "a parent comes before its children";
    int row = draftRows++;
    draftDepths[row] = draftDepths[parentRow] + 1;
    System.arraycopy(draftBits, parentRow * words, draftBits, row * words, words);
    draftBits[row * words + row / Long.SIZE] |= 1L << row;
    return row;
  }
}
