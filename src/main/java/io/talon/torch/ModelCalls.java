package io.talon.torch;

import ai.djl.ndarray.types.DataType;
import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.Frontier;
import io.talon.engine.SlotSet;
import io.talon.torch.script.Rows;
import io.talon.tree.AncestorBits;
import io.talon.tree.DraftTree;

/**
 * The calls that draft with a small model of the target's vocabulary (arXiv 2211.17192): a row at position p predicts the
 * token at p + 1. The rows of a tree are scratch; what is accepted runs again as stable rows, together with the next root.
 */
final class ModelCalls extends DraftCalls {
  private static final int COLUMNS = 3; // before the ancestor words

  private final Rows chosen = new Rows(DataType.INT64);
  private final AncestorBits chain; // of rows that each follow the one before

  ModelCalls(EngineState state) {
    super(state);
    int longest = state.layout.maxPending();
    chain = new AncestorBits(longest);
    chain.plant();
    for (int row = 1; row < longest; row++) {
      chain.add(row, row - 1);
    }
  }

  @Override
  Candidates draftRoot(SlotSet slots, int width) {
    int longest = 0;
    for (int i = 0; i < slots.size(); i++) {
      longest = Math.max(longest, state.slots[slots.slot(i)].pendingRows);
    }
    int words = AncestorBits.words(longest);
    rows.resize(COLUMNS + words, pendingRows(slots));
    chosen.resize(2, slots.size());
    beginScores(slots.size());
    long[] segments = new long[4 * slots.size()];
    long[] committed = new long[slots.size()];
    int row = 0;
    for (int i = 0; i < slots.size(); i++) {
      int slotIndex = slots.slot(i);
      Slot slot = state.slots[slotIndex];
      int pending = slot.pendingRows;
      committed[i] = slot.length;
      fillSegment(segments, i, slotIndex, row, pending, slot.length + pending);
      row = fillPending(slotIndex, row, words);
      chosen.set(0, i, row - 1L);
      chosen.set(1, i, score(i, slotIndex, slot.length + pending));
      slot.length += pending;
      slot.beginDraft();
    }
    return expand("model_draft", chosen, segments, committed, slots.size(), width);
  }

  /** Notes the newly committed tokens of a slot as waiting, and the new root behind them. */
  void await(int slotIndex, DraftTree tree, AcceptedRows accepted, int index) {
    Slot slot = state.slots[slotIndex];
    for (int step = 0; step < accepted.count(index); step++) {
      slot.pendingTokens[slot.pendingRows++] = tree.token(accepted.node(index, step));
    }
    slot.pendingTokens[slot.pendingRows++] = accepted.nextRoot(index);
    slot.draftRows = 0;
  }

  /** The waiting rows of a slot as a chain: each sees the committed rows, those before it, and itself. */
  private int fillPending(int slotIndex, int firstRow, int words) {
    Slot slot = state.slots[slotIndex];
    int row = firstRow;
    for (int p = 0; p < slot.pendingRows; p++) {
      int position = slot.length + p;
      rows.set(0, row, (long) slot.pendingTokens[p]);
      rows.set(1, row, (long) position);
      rows.set(2, row, state.cacheRow(slotIndex, position));
      for (int w = 0; w < words; w++) {
        rows.set(COLUMNS + w, row, chain.word(p, w));
      }
      row++;
    }
    return row;
  }

  @Override
  void catchUp(int slotIndex) {
    SlotSet one = new SlotSet(1);
    one.add(slotIndex);
    draftRoot(one, 1);
  }

  @Override
  Candidates draftLayer(Frontier frontier, int width) {
    int count = frontier.size();
    int words = words(frontier);
    rows.resize(COLUMNS + words, count);
    chosen.resize(2, count);
    beginScores(count);
    for (int i = 0; i < count; i++) {
      fillNode(frontier, i, words);
    }
    long[] segments = segments(frontier);
    return expand("model_draft", chosen, segments, committed(segments), count, width);
  }

  private void fillNode(Frontier frontier, int i, int words) {
    int slotIndex = frontier.slot(i);
    Slot slot = state.slots[slotIndex];
    int own = slot.addDraftRow(frontier.parentRow(i));
    int base = slot.length - 1; // the root, the newest stable row
    int position = base + slot.draftDepths[own];
    rows.set(0, i, (long) frontier.token(i));
    rows.set(1, i, (long) position);
    rows.set(2, i, state.cacheRow(slotIndex, base + own));
    for (int w = 0; w < words; w++) {
      rows.set(COLUMNS + w, i, slot.draftBits.word(own, w));
    }
    chosen.set(0, i, (long) i);
    chosen.set(1, i, score(i, slotIndex, position + 1));
  }
}
