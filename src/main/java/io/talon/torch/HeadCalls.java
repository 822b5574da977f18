package io.talon.torch;

import io.talon.engine.Candidates;
import io.talon.engine.Frontier;
import io.talon.engine.SlotSet;
import io.talon.torch.module.RowTable.Column;

/**
 * The calls that run the EAGLE-3 head (arXiv 2503.01840): a head row at position p takes the fused features of target
 * position p and the token at p + 1, and predicts the token at p + 2; so draft positions are target positions less one.
 */
final class HeadCalls extends DraftCalls {
  HeadCalls(EngineState state) {
    super(state);
  }

  @Override
  Candidates draftRoot(SlotSet slots, int width) {
    rows.resize(pendingRows(slots));
    beginScores(slots.size());
    long[] segments = new long[4 * slots.size()];
    long[] lengths = new long[slots.size()];
    int row = 0;
    for (int i = 0; i < slots.size(); i++) {
      int slotIndex = slots.slot(i);
      Slot slot = state.slots[slotIndex];
      row = fillPending(slotIndex, row);
      rows.set(Column.CHOSEN_ROW, i, row - 1);
      rows.set(Column.STATE_ROW, i, state.stateRow(slotIndex, 0));
      rows.set(Column.RING_ROW, i, score(i, slotIndex, slot.length + 1));
      fillSegment(segments, i, slotIndex, i, 1, slot.length);
      lengths[i] = slot.length;
      slot.beginDraft();
    }
    beginMasks(segments, lengths);
    return expand("draft_root", segments, lengths, slots.size(), width);
  }

  /** Makes room for the features of so many rows about to be committed, by running those that wait without expanding anything. */
  void makeRoom(int slotIndex, int count) {
    Slot slot = state.slots[slotIndex];
    if (slot.pendingRows + count > layout.maxPending()) {
      rows.resize(slot.pendingRows);
      fillPending(slotIndex, 0);
      module.number("catch_up", rows.argument());
      slot.pendingRows = 0;
      slot.heldByHead = slot.length;
    }
  }

  private int fillPending(int slotIndex, int firstRow) {
    Slot slot = state.slots[slotIndex];
    int row = firstRow;
    for (int p = 0; p < slot.pendingRows; p++) {
      int position = slot.length - slot.pendingRows + p;
      rows.set(Column.INPUT_ROW, row, state.pendingRow(slotIndex, p));
      rows.set(Column.POSITION, row, position);
      rows.set(Column.NEXT_TOKEN, row, slot.pendingTokens[p]);
      rows.set(Column.HEAD_ROW, row, state.headCacheRow(slotIndex, position));
      row++;
    }
    return row;
  }

  @Override
  Candidates draftLayer(Frontier frontier, int width) {
    int count = frontier.size();
    rows.resize(count);
    beginScores(count);
    for (int i = 0; i < count; i++) {
      fillNode(frontier, i);
    }
    return expandLayer("draft_layer", frontier, width);
  }

  private void fillNode(Frontier frontier, int i) {
    int slotIndex = frontier.slot(i);
    Slot slot = state.slots[slotIndex];
    int parent = frontier.parentRow(i);
    int own = slot.addDraftRow(parent);
    int depth = slot.draftDepths[own];
    int base = slot.length - 1;
    rows.set(Column.INPUT_ROW, i, state.stateRow(slotIndex, parent));
    rows.set(Column.POSITION, i, base + depth);
    rows.set(Column.NEXT_TOKEN, i, frontier.token(i));
    rows.set(Column.HEAD_ROW, i, state.headCacheRow(slotIndex, base + own));
    rows.set(Column.STATE_ROW, i, state.stateRow(slotIndex, own));
    rows.set(Column.RING_ROW, i, score(i, slotIndex, slot.length + depth + 1));
  }
}
