package io.talon.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.IValue;
import io.talon.model.Candidates;
import io.talon.model.Frontier;
import io.talon.model.SlotSet;

/**
 * The calls that run the EAGLE-3 head (arXiv 2503.01840): a head row at position p takes the fused features of target
 * position p and the token at p + 1, and predicts the token at p + 2; so draft positions are target positions less one.
 */
final class HeadCalls {
  private static final int ROOT_COLUMNS = 5;
  private static final int LAYER_COLUMNS = 6; // before the ancestor words

  private final EngineState state;
  private final ScriptModule module;
  private final EngineLayout layout;
  private final Rows rows = new Rows(DataType.INT64);
  private final Rows newest = new Rows(DataType.INT64);
  private final Rows coupling = new Rows(DataType.FLOAT32);
  private int coupled; // 0 the paper's scores, 1 scaled, 2 with noise

  HeadCalls(EngineState state) {
    this.state = state;
    module = state.module;
    layout = state.layout;
  }

  /** Extends the head over the committed rows of each slot and expands its root. */
  Candidates draftRoot(SlotSet slots, int width) {
    int count = 0;
    for (int i = 0; i < slots.size(); i++) {
      count += state.slots[slots.slot(i)].pendingRows;
    }
    rows.resize(ROOT_COLUMNS, count);
    newest.resize(3, slots.size());
    beginScores(slots.size());
    long[] segments = new long[4 * slots.size()];
    long[] lengths = new long[slots.size()];
    int row = 0;
    for (int i = 0; i < slots.size(); i++) {
      int slotIndex = slots.slot(i);
      Slot slot = state.slots[slotIndex];
      row = fillPending(slotIndex, row);
      newest.set(0, i, row - 1L);
      newest.set(1, i, state.stateRow(slotIndex, 0));
      newest.set(2, i, score(i, slotIndex, slot.length + 1));
      fillSegment(segments, i, slotIndex, i, 1, slot.length);
      lengths[i] = slot.length;
      slot.beginDraft();
    }
    float[] best =
        module.floats(
            "draft_root",
            rows.argument(module),
            newest.argument(module),
            coupling.argument(module),
            state.noise.takeFresh(module),
            IValue.listFrom(segments),
            IValue.listFrom(lengths),
            IValue.from(layout.padded(slots.size())),
            IValue.from((long) coupled),
            IValue.from((long) bounded(width)));
    return candidates(best, slots.size(), bounded(width));
  }

  /** Runs waiting rows through the head without expanding anything, when more of them wait than there is room for. */
  void catchUp(int slotIndex) {
    Slot slot = state.slots[slotIndex];
    rows.resize(ROOT_COLUMNS, slot.pendingRows);
    fillPending(slotIndex, 0);
    module.number("catch_up", rows.argument(module));
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

  /** Expands one layer. */
  Candidates draftLayer(Frontier frontier, int width) {
    int count = frontier.size();
    int largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, state.slots[frontier.slot(i)].draftRows + count);
    }
    int words = Math.min(Slot.words(largest), state.slots[0].words);
    rows.resize(LAYER_COLUMNS + words, count);
    beginScores(count);
    int groups = 0;
    for (int i = 0; i < count; i++) {
      groups += i == 0 || frontier.slot(i) != frontier.slot(i - 1) ? 1 : 0;
      fillNode(frontier, i, words);
    }
    long[] segments = segments(frontier, groups);
    float[] best =
        module.floats(
            "draft_layer",
            rows.argument(module),
            coupling.argument(module),
            state.noise.takeFresh(module),
            IValue.listFrom(segments),
            IValue.listFrom(committed(segments)),
            IValue.from(layout.padded(groups)),
            IValue.from((long) coupled),
            IValue.from((long) bounded(width)));
    return candidates(best, count, bounded(width));
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
    rows.set(2, i, state.stateRow(slotIndex, own));
    rows.set(3, i, (long) frontier.token(i));
    rows.set(4, i, state.headCacheRow(slotIndex, base + own));
    rows.set(5, i, score(i, slotIndex, slot.length + depth + 1));
    for (int w = 0; w < words; w++) {
      rows.set(LAYER_COLUMNS + w, i, slot.draftBits[own * slot.words + w]);
    }
  }

  private long[] segments(Frontier frontier, int groups) {
    long[] segments = new long[4 * groups];
    int group = 0;
    int first = 0;
    for (int i = 1; i <= frontier.size(); i++) {
      if (i == frontier.size() || frontier.slot(i) != frontier.slot(first)) {
        Slot slot = state.slots[frontier.slot(first)];
        fillSegment(segments, group++, frontier.slot(first), first, i - first, slot.length - 1 + slot.draftRows);
        first = i;
      }
    }
    return segments;
  }

  /** Rows of each segment's slot before the draft rows: the root's expansion is the newest stable row. */
  private long[] committed(long[] segments) {
    long[] lengths = new long[segments.length / 4];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = state.slots[(int) segments[4 * i]].length - 1;
    }
    return lengths;
  }

  private static void fillSegment(long[] segments, int index, int slot, int first, int count, int length) {
    segments[4 * index] = slot;
    segments[4 * index + 1] = first;
    segments[4 * index + 2] = count;
    segments[4 * index + 3] = length;
  }

  private void beginScores(int count) {
    coupling.resize(2, count);
    coupled = 0;
  }

  /** Sets how a row's children are scored and returns the ring row of their position's noise. */
  private long score(int row, int slotIndex, int position) {
    Slot slot = state.slots[slotIndex];
    float beta = (float) slot.drafting.beta();
    float gamma = (float) slot.drafting.gamma();
    coupling.set(0, row, beta);
    coupling.set(1, row, gamma);
    coupled = Math.max(coupled, gamma != 0 ? 2 : beta != 1 ? 1 : 0);
    return gamma == 0 ? 0 : state.noise.row(slotIndex, position);
  }

  private int bounded(int width) {
    return Math.min(width, state.draftVocabulary);
  }

  private static Candidates candidates(float[] best, int count, int width) {
    int size = count * width;
    float[] logProbs = new float[size];
    System.arraycopy(best, 0, logProbs, 0, size);
    int[] tokens = new int[size];
    for (int i = 0; i < size; i++) {
      tokens[i] = (int) best[size + i]; // ids below 2^24 are exact in float32
    }
    return new Candidates(count, width, tokens, logProbs);
  }
}
