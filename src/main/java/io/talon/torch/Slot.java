package io.talon.torch;

import io.talon.engine.Drafting;
import io.talon.engine.Sampling;
import io.talon.tree.AncestorBits;

/** What the engine knows of one live sequence. */
final class Slot {
  final int[] pendingTokens; // [pendingRows], of a head the token behind each row that it has not seen, else the row's own
  final int[] draftDepths; // [maxDraftRows], 0 for the root's expansion
  final AncestorBits draftBits; // of the draft rows
  final int[] held; // [heldRows], the tokens whose rows lie in the target's cache, live or not
  int heldRows;
  int heldByHead; // of these rows those that lie in the head's cache, too
  boolean live;
  boolean tainted; // whether a row of this sequence had values that are not finite
  int length; // committed tokens, whose target KV is in the cache
  int root; // the pending token, at position `length`
  int pendingRows; // committed rows that the draft has not seen; of a head the newest is at position length - 1
  int draftRows; // rows the head has run in this round, 0 before the root's expansion
  Sampling sampling;
  Drafting drafting;

  Slot(int capacity, int maxDraftRows) {
    held = new int[capacity];
    pendingTokens = new int[capacity];
    draftDepths = new int[maxDraftRows];
    draftBits = new AncestorBits(maxDraftRows);
  }

  /** Takes a new sequence. */
  void begin(Sampling sampling, Drafting drafting) {
    live = true;
    tainted = false;
    length = 0;
    pendingRows = 0;
    draftRows = 0;
    this.sampling = sampling;
    this.drafting = drafting;
  }

  /** Notes that the caches hold the rows of a prompt; the head's, but for the newest, where it drafts. */
  void hold(int[] prompt, boolean drafts) {
    System.arraycopy(prompt, 0, held, 0, prompt.length);
    heldRows = prompt.length;
    heldByHead = drafts ? prompt.length - 1 : 0;
  }

  /** Notes that the cache holds the row of a position, if it holds those before. */
  void hold(int position, int token) {
    if (heldRows == position) {
      held[heldRows++] = token;
    }
  }

  /** Notes that what the caches hold is of no use. */
  void forget() {
    heldRows = 0;
    heldByHead = 0;
  }

  /** Begins the draft rows of a round with the root's expansion. */
  void beginDraft() {
    pendingRows = 0;
    draftRows = 1;
    draftDepths[0] = 0;
    draftBits.plant();
    heldByHead = length;
  }

  /** Appends a draft row below another and returns its number. */
  int addDraftRow(int parentRow) {
    assert draftRows > 0 : "the root comes first";
    assert parentRow < draftRows : "a parent comes before its children";
    int row = draftRows++;
    draftDepths[row] = draftDepths[parentRow] + 1;
    draftBits.add(row, parentRow);
    return row;
  }
}
