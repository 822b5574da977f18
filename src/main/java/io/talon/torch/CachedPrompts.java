package io.talon.torch;

import ai.djl.ndarray.types.DataType;
import io.talon.engine.Engine.Prompt;
import io.talon.torch.PromptCalls.Pending;
import io.talon.torch.module.Attention;
import io.talon.torch.script.Rows;
import java.util.ArrayList;
import java.util.List;

/**
 * What need not be run of a prompt, since cache rows of the same tokens are there: another sample's, another turn's, those of a
 * common beginning.
 *
 * <p>Rows may be copied because a row is the same, bit for bit, whatever ran beside it; where that is not so nothing is copied.
 */
final class CachedPrompts {
  /** Rows that a copy has to save: it takes as long as running one or two. */
  private static final int WORTHWHILE = 4;

  /** Rows that a prompt has to save if it is to wait for another one, and to run in a forward of its own. */
  private static final int WORTH_WAITING = 16;

  private final EngineState state;
  private final Rows moves = new Rows(DataType.INT64);
  private final Rows headMoves = new Rows(DataType.INT64);

  CachedPrompts(EngineState state) {
    this.state = state;
  }

  /** Brings what is cached into the slots of prompts that need not wait for an earlier one, and says where these start. */
  void begin(List<Pending> all) {
    List<Pending> started = new ArrayList<>();
    List<Integer> sources = new ArrayList<>(); // slots
    for (int i = 0; i < all.size(); i++) {
      Pending each = all.get(i);
      if (each.waits()) {
        int source = source(each.prompt);
        int position = reusable(each.prompt, source);
        if (!isBestAfter(all, i, position)) {
          each.position = position;
          started.add(each);
          sources.add(source);
        }
      }
    }
    copy(started, sources);
    for (Pending each : started) {
      state.slots[each.prompt.slot()].forget(); // a forward that fails may leave rows of either sequence
    }
  }

  /** The slot that holds most of a prompt's beginning. */
  private int source(Prompt prompt) {
    int best = prompt.slot();
    int most = reusable(prompt, best);
    for (int slot = 0; slot < state.slots.length; slot++) {
      int rows = reusable(prompt, slot);
      if (rows > most) {
        best = slot;
        most = rows;
      }
    }
    return best;
  }

  /** How many rows of a slot are those of a prompt's beginning; 0 where so few are that running them is as good. */
  private int reusable(Prompt prompt, int slotIndex) {
    Slot slot = state.slots[slotIndex];
    if (state.layout.attention() != Attention.IN_ORDER || slot.tainted) {
      return 0;
    }
    int common = common(prompt.tokens(), slot.held, slot.heldRows);
    return worthwhile(prompt, drafts(prompt) ? Math.min(common, slot.heldByHead + 1) : common);
  }

  /** Of so many tokens in common the rows that may be taken: a head's row belongs to a token and the one behind it. */
  private int worthwhile(Prompt prompt, int common) {
    int rows = Math.min(drafts(prompt) ? common - 1 : common, prompt.tokens().length - 1);
    return rows < WORTHWHILE ? 0 : rows;
  }

  private static boolean drafts(Prompt prompt) {
    return prompt.drafting().enabled();
  }

  /** Whether an earlier prompt that has not run to its end will leave more rows than are there now. */
  private boolean isBestAfter(List<Pending> all, int index, int rows) {
    Prompt prompt = all.get(index).prompt;
    for (int i = 0; i < index && state.layout.attention() == Attention.IN_ORDER; i++) {
      Prompt earlier = all.get(i).prompt;
      if (drafts(earlier) || !drafts(prompt)) {
        int later = worthwhile(prompt, common(prompt.tokens(), earlier.tokens(), earlier.tokens().length));
        if (later >= rows + WORTH_WAITING) {
          return true;
        }
      }
    }
    return false;
  }

  private static int common(int[] prompt, int[] other, int length) {
    int most = Math.min(prompt.length, length);
    int common = 0;
    while (common < most && prompt[common] == other[common]) {
      common++;
    }
    return common;
  }

  /** All at once: a slot may be read by one prompt and written by another. */
  private void copy(List<Pending> started, List<Integer> sources) {
    int count = 0;
    int headCount = 0;
    for (int i = 0; i < started.size(); i++) {
      Pending each = started.get(i);
      if (sources.get(i) != each.prompt.slot()) {
        count += each.position;
        headCount += drafts(each.prompt) ? each.position : 0;
      }
    }
    if (count == 0) {
      return;
    }
    moves.resize(2, count);
    headMoves.resize(2, headCount);
    int move = 0;
    int headMove = 0;
    for (int i = 0; i < started.size(); i++) {
      Prompt prompt = started.get(i).prompt;
      int source = sources.get(i);
      int rows = source == prompt.slot() ? 0 : started.get(i).position;
      for (int row = 0; row < rows; row++) {
        moves.set(0, move, state.cacheRow(source, row));
        moves.set(1, move++, state.cacheRow(prompt.slot(), row));
        if (drafts(prompt)) {
          headMoves.set(0, headMove, state.headCacheRow(source, row));
          headMoves.set(1, headMove++, state.headCacheRow(prompt.slot(), row));
        }
      }
    }
    state.module.number("copy", moves.argument(), headMoves.argument());
  }
}
