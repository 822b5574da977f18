package io.talon.torch;

import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.Frontier;
import io.talon.engine.SlotSet;
import io.talon.torch.module.RowTable.Column;
import io.talon.tree.AncestorBits;
import io.talon.tree.DraftTree;

/**
 * The calls that draft with a small model of the target's vocabulary (arXiv 2211.17192): a row at position p predicts the
 * token at p + 1. The rows of a tree are scratch; what is accepted runs again as stable rows, together with the next root.
 */
final class ModelCalls extends DraftCalls {
  private final AncestorBits chain; // of rows that each follow the one before
  private final int most; // of the rows that wait of a slot, in one forward

  ModelCalls(EngineState state) {
    super(state);
    most = state.layout.maxPending();
    chain = new AncestorBits(most);
    chain.plant();
    for (int row = 1; row < most; row++) {
      chain.add(row, row - 1);
    }
  }

  @Override
  Candidates draftRoot(SlotSet slots, int width) {
    for (int i = 0; i < slots.size(); i++) {
      catchUp(slots.slot(i));
    }
    rows.resize(pendingRows(slots));
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
      row = fillPending(slotIndex, pending, row);
      rows.set(Column.CHOSEN_ROW, i, row - 1);
      rows.set(Column.RING_ROW, i, score(i, slotIndex, slot.length + pending));
      slot.length += pending;
      slot.beginDraft();
    }
    return expandChains(segments, committed, width);
  }

  private Candidates expandChains(long[] segments, long[] committed, int width) {
    beginMasks(segments, committed);
    for (int i = 0; i < committed.length; i++) {
      masks.hide(i, chain);
    }
    return expand("model_draft", segments, committed, committed.length, width);
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

  /** The first of the waiting rows of a slot as a chain: each sees the committed rows, those before it, and itself. */
  private int fillPending(int slotIndex, int count, int firstRow) {
    Slot slot = state.slots[slotIndex];
    int row = firstRow;
    for (int p = 0; p < count; p++) {
      int position = slot.length + p;
      rows.set(Column.TOKEN, row, slot.pendingTokens[p]);
      rows.set(Column.POSITION, row, position);
      rows.set(Column.CACHE_ROW, row, state.cacheRow(slotIndex, position));
      row++;
    }
    return row;
  }

  /** Runs the oldest of a slot's rows, as long as more of them wait than one forward takes. */
  private void catchUp(int slotIndex) {
    Slot slot = state.slots[slotIndex];
    while (slot.pendingRows > most) {
      rows.resize(most);
      beginScores(1);
      fillPending(slotIndex, most, 0);
      rows.set(Column.CHOSEN_ROW, 0, most - 1);
      rows.set(Column.RING_ROW, 0, 0);
      long[] segments = new long[4];
      fillSegment(segments, 0, slotIndex, 0, most, slot.length + most);
      expandChains(segments, new long[] {slot.length}, 1);
      slot.length += most;
      slot.pendingRows -= most;
      System.arraycopy(slot.pendingTokens, most, slot.pendingTokens, 0, slot.pendingRows);
    }
  }

  @Override
  Candidates draftLayer(Frontier frontier, int width) {
    int count = frontier.size();
    rows.resize(count);
    beginScores(count);
    for (int i = 0; i < count; i++) {
      fillNode(frontier, i);
    }
    return expandLayer("model_draft", frontier, width);
  }

  private void fillNode(Frontier frontier, int i) {
    int slotIndex = frontier.slot(i);
    Slot slot = state.slots[slotIndex];
    int own = slot.addDraftRow(frontier.parentRow(i));
    int base = slot.length - 1; // the root, the newest stable row
    int position = base + slot.draftDepths[own];
    rows.set(Column.TOKEN, i, frontier.token(i));
    rows.set(Column.POSITION, i, position);
    rows.set(Column.CACHE_ROW, i, state.cacheRow(slotIndex, base + own));
    rows.set(Column.CHOSEN_ROW, i, i);
    rows.set(Column.RING_ROW, i, score(i, slotIndex, position + 1));
  }
}
