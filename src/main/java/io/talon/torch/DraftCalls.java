package io.talon.torch;

import ai.djl.ndarray.types.DataType;
import io.talon.engine.Candidates;
import io.talon.engine.Drafting.Watch;
import io.talon.engine.Frontier;
import io.talon.engine.SlotSet;
import io.talon.torch.module.EngineLayout;
import io.talon.torch.module.LoneSegments;
import io.talon.torch.module.RowTable;
import io.talon.torch.module.TreeMasks;
import io.talon.torch.script.Argument;
import io.talon.torch.script.Rows;
import io.talon.torch.script.ScriptModule;
import java.util.Arrays;

/**
 * What the draft forwards of a head and of a draft model have in common: both hold the committed tokens as stable rows, the
 * newest of which expands the root, and run the rows of a tree behind it.
 */
abstract class DraftCalls {
  /** Log-probability of a candidate for which the draft computed no number; no text depends on a draft. */
  private static final float IMPOSSIBLE = -1e4f;

  private static final int WATCHED = 4; // a bit beside the three kinds of scores

  final EngineState state;
  final ScriptModule module;
  final EngineLayout layout;
  final RowTable rows = new RowTable();
  final TreeMasks masks = new TreeMasks();
  private final Rows coupling = new Rows(DataType.FLOAT32);
  private int coupled; // 0 the paper's scores, 1 scaled, 2 with noise
  private LoneSegments alone; // all of a forward's segments, or none
  private Watch watch; // what the candidates say beside their scores

  DraftCalls(EngineState state) {
    this.state = state;
    module = state.module;
    layout = state.layout;
  }

  /** Runs the rows committed since, and returns the children of each slot's root, one row per slot. */
  abstract Candidates draftRoot(SlotSet slots, int width);

  /** Expands one layer. */
  abstract Candidates draftLayer(Frontier frontier, int width);

  final int pendingRows(SlotSet slots) {
    int count = 0;
    for (int i = 0; i < slots.size(); i++) {
      count += state.slots[slots.slot(i)].pendingRows;
    }
    return count;
  }

  /** The segments of a layer, four integers per slot, once its rows are among the slots' draft rows. */
  final long[] segments(Frontier frontier) {
    int groups = 0;
    for (int i = 0; i < frontier.size(); i++) {
      groups += i == 0 || frontier.slot(i) != frontier.slot(i - 1) ? 1 : 0;
    }
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
  final long[] committed(long[] segments) {
    long[] lengths = new long[segments.length / 4];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = state.slots[(int) segments[4 * i]].length - 1;
    }
    return lengths;
  }

  static void fillSegment(long[] segments, int index, int slot, int first, int count, int length) {
    segments[4 * index] = slot;
    segments[4 * index + 1] = first;
    segments[4 * index + 2] = count;
    segments[4 * index + 3] = length;
  }

  final void beginScores(int count) {
    coupling.resize(2, count);
    coupled = 0;
    watch = Watch.NOTHING;
  }

  /** The scores' settings; no rows where no row has any of its own, so that nothing is sent to the device. */
  private Argument coupling() {
    if (coupled == 0) {
      coupling.resize(2, 0);
    }
    return coupling.argument();
  }

  /** Sets how a row's children are scored and returns the ring row of their position's noise. */
  final long score(int row, int slotIndex, int position) {
    Slot slot = state.slots[slotIndex];
    float beta = (float) slot.drafting.beta();
    float gamma = (float) slot.drafting.gamma();
    coupling.set(0, row, beta);
    coupling.set(1, row, gamma);
    Watch wanted = slot.drafting.watch();
    boolean noisy = gamma != 0 || wanted == Watch.NOISE;
    coupled = Math.max(coupled, noisy ? 2 : beta != 1 ? 1 : 0);
    watch = watch.compareTo(wanted) < 0 ? wanted : watch;
    return noisy ? state.noise.row(slotIndex, position) : 0;
  }

  /** Rows that are a layer below the draft rows of their slots: what they do not see is hidden from them. */
  final Candidates expandLayer(String method, Frontier frontier, int width) {
    long[] segments = segments(frontier);
    long[] committed = committed(segments);
    beginMasks(segments, committed);
    for (int i = 0; i < committed.length; i++) {
      masks.hide(i, state.slots[(int) segments[4 * i]].draftBits);
    }
    return expand(method, segments, committed, frontier.size(), width);
  }

  /** Begins the masks of a forward, in which nothing is hidden from the rows of a segment. */
  final void beginMasks(long[] segments, long[] committed) {
    alone = LoneSegments.allOrNone(segments, layout, state.queryWidth);
    masks.begin(segments, committed, alone, 1);
  }

  /** One draft forward: calls the script with the rows, the scores and the segments. */
  final Candidates expand(String method, long[] segments, long[] lengths, int count, int width) {
    int children = Math.min(width, state.draftVocabulary);
    rows.setPlaces(segments, alone);
    float[] best =
        module.floats(
            method,
            rows.argument(),
            masks.argument(),
            coupling(),
            state.noise.takeFresh(),
            Argument.list(segments),
            Argument.list(lengths),
            Argument.of(alone.together()),
            Argument.of((long) coupled + (watch == Watch.NOTHING ? 0 : WATCHED)),
            Argument.of((long) count),
            Argument.of((long) children));
    int size = count * children;
    float[] logProbs = new float[size];
    for (int i = 0; i < size; i++) {
      logProbs[i] = Float.isFinite(best[i]) ? best[i] : IMPOSSIBLE;
    }
    int[] tokens = new int[size];
    for (int i = 0; i < size; i++) {
      tokens[i] = (int) best[size + i]; // ids below 2^24 are exact in float32
    }
    float[] logits = watch == Watch.NOTHING ? null : Arrays.copyOfRange(best, 2 * size, 3 * size);
    float[] noise = watch == Watch.NOISE ? Arrays.copyOfRange(best, 3 * size, 4 * size) : null;
    return new Candidates(count, children, tokens, logProbs, logits, noise);
  }
}
