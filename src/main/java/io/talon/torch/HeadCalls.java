package io.talon.torch;

import ai.djl.ndarray.types.DataType;
import io.talon.engine.Candidates;
import io.talon.engine.Frontier;
import io.talon.engine.SlotSet;
import io.talon.torch.script.Rows;

/**
 * The calls that run the EAGLE-3 head (arXiv 2503.01840): a head row at position p takes the fused features of target
 * position p and the token at p + 1, and predicts the token at p + 2; so draft positions are target positions less one.
 */
final class HeadCalls extends DraftCalls {
  private static final int ROOT_COLUMNS = 5;
  private static final int LAYER_COLUMNS = 5; // before the ancestor words

  private final Rows chosen = new Rows(DataType.INT64);

  HeadCalls(EngineState state) {
    super(state);
  }

  @Override
  Candidates draftRoot(SlotSet slots, int width) {
    rows.resize(ROOT_COLUMNS, pendingRows(slots));
    chosen.resize(3, slots.size());
    beginScores(slots.size());
    long[] segments = new long[4 * slots.size()];
    long[] lengths = new long[slots.size()];
    int row = 0;
    for (int i = 0; i < slots.size(); i++) {
      int slotIndex = slots.slot(i);
      Slot slot = state.slots[slotIndex];
      row = fillPending(slotIndex, row);
      chosen.set(0, i, row - 1L);
      chosen.set(1, i, state.stateRow(slotIndex, 0));
      chosen.set(2, i, score(i, slotIndex, slot.length + 1));
      fillSegment(segments, i, slotIndex, i, 1, slot.length);
      lengths[i] = slot.length;
      slot.beginDraft();
    }
    return expand("draft_root", chosen, segments, lengths, slots.size(), width);
  }

  @Override
  void catchUp(int slotIndex) {
    Slot slot = state.slots[slotIndex];
    rows.resize(ROOT_COLUMNS, slot.pendingRows);
    fillPending(slotIndex, 0);
    module.number("catch_up", rows.argument());
    slot.pendingRows = 0;
  }

  private int fillPending(int slotIndex, int firstRow) {
    Slot slot = state.slots[slotIndex];
    int row = firstRow;
    for (int p = 0; p < slot.pendingRows; p++) {
      int position = slot.length - slot.pendingRows + p;
      rows.set(0, row, state.pendingRow(slotIndex, p));
      rows.set(1, row, (long) position);
      rows.set(2, row, 0L);
      rows.set(3, row, (long) slot.pendingTokens[p]);
      rows.set(4, row, state.headCacheRow(slotIndex, position));
      row++;
    }
    return row;
  }

  @Override
  Candidates draftLayer(Frontier frontier, int width) {
    int count = frontier.size();
    int words = words(frontier);
    rows.resize(LAYER_COLUMNS + words, count);
    chosen.resize(2, count);
    beginScores(count);
    for (int i = 0; i < count; i++) {
      fillNode(frontier, i, words);
    }
    long[] segments = segments(frontier);
    return expand("draft_layer", chosen, segments, committed(segments), count, width);
  }

  private void fillNode(Frontier frontier, int i, int words) {
    int slotIndex = frontier.slot(i);
    Slot slot = state.slots[slotIndex];
    int parent = frontier.parentRow(i);
    int own = slot.addDraftRow(parent);
    int depth = slot.draftDepths[own];
    int base = slot.length - 1;
    rows.set(0, i, state.stateRow(slotIndex, parent));
    rows.set(1, i, (long) base + depth);
    rows.set(2, i, 0L);
    rows.set(3, i, (long) frontier.token(i));
    rows.set(4, i, state.headCacheRow(slotIndex, base + own));
    for (int w = 0; w < words; w++) {
      rows.set(LAYER_COLUMNS + w, i, slot.draftBits.word(own, w));
    }
    chosen.set(0, i, state.stateRow(slotIndex, own));
    chosen.set(1, i, score(i, slotIndex, slot.length + depth + 1));
  }
}
