package io.talon.torch;

import io.talon.engine.Chosen;
import io.talon.engine.Drafting;
import io.talon.engine.Engine.Advance;
import io.talon.engine.Engine.Part;
import io.talon.engine.Engine.Prompt;
import io.talon.engine.Sampling;
import io.talon.torch.module.LoneSegments;
import io.talon.torch.module.RowTable;
import io.talon.torch.module.RowTable.Column;
import io.talon.torch.script.Argument;
import io.talon.torch.script.ScriptModule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The calls that run prompts: those of several slots in one forward, of each only what no slot holds yet, and of all of them no
 * more rows at a time than are wanted.
 *
 * <p>A prompt that begins like an earlier one that has not run to its end (samples of one prompt, a system prompt) waits until
 * that one has, and then takes its rows.
 */
final class PromptCalls {
  private static final int CHUNK = 512; // rows of one forward

  /** A prompt that has not run to its end. */
  static final class Pending {
    final Prompt prompt;
    int position = -1; // of the first token that has to be run, -1 while it waits

    Pending(Prompt prompt) {
      this.prompt = prompt;
    }

    boolean waits() {
      return position < 0;
    }
  }

  /** Consecutive tokens of one prompt in one forward. */
  record Piece(Pending of, int from, int until, int firstRow) {
    Prompt prompt() {
      return of.prompt;
    }

    int size() {
      return until - from;
    }

    int lastRow() {
      return firstRow + size() - 1;
    }

    /** Whether the prompt ends here, and a token is chosen after it. */
    boolean last() {
      return until == of.prompt.tokens().length;
    }
  }

  private final EngineState state;
  private final ScriptModule module;
  private final RowTable rows = new RowTable();
  private final Choice choice;
  private final Segments segments;
  private final CachedPrompts cached;
  private final List<Pending> pending = new ArrayList<>(); // the oldest first

  PromptCalls(EngineState state) {
    this.state = state;
    module = state.module;
    choice = new Choice(state.vocabulary);
    segments = new Segments(state);
    cached = new CachedPrompts(state);
  }

  /** Takes prompts, of which nothing is run yet. */
  void begin(List<Prompt> prompts) {
    for (Prompt prompt : prompts) {
      pending.add(new Pending(prompt));
    }
  }

  /** Forgets the prompt of a slot, if there is one. */
  void giveUp(int slot) {
    pending.removeIf(each -> each.prompt.slot() == slot);
  }

  /** Whether a prompt has not run to its end. */
  boolean underWay() {
    return !pending.isEmpty();
  }

  /** Whether the prompt of a slot has not run to its end. */
  boolean runs(int slot) {
    for (Pending each : pending) {
      if (each.prompt.slot() == slot) {
        return true;
      }
    }
    return false;
  }

  /** Runs so many rows at most. */
  Advance advance(int most) {
    List<Part> parts = new ArrayList<>();
    int[] tokens = new int[pending.size()];
    float[] margins = new float[pending.size()];
    int done = 0;
    for (int left = most; left > 0 && !pending.isEmpty();) {
      cached.begin(pending);
      List<Piece> pieces = pieces(Math.min(left, CHUNK));
      Chosen chosen = run(pieces);
      int row = 0;
      for (Piece piece : pieces) {
        left -= piece.size();
        parts.add(new Part(piece.prompt().slot(), piece.size(), piece.last() ? done : -1));
        if (piece.last()) {
          tokens[done] = chosen.token(row);
          margins[done++] = chosen.margin(row++);
        }
        end(piece);
      }
    }
    return new Advance(parts, new Chosen(Arrays.copyOf(tokens, done), Arrays.copyOf(margins, done)));
  }

  private void end(Piece piece) {
    Prompt prompt = piece.prompt();
    piece.of().position = piece.until();
    if (piece.last()) {
      pending.remove(piece.of());
      state.slots[prompt.slot()].hold(prompt.tokens(), prompt.drafting().enabled());
    }
  }

  /** What runs in the next forward of so many rows at most, in the order in which they can be taken together. */
  private List<Piece> pieces(int most) {
    List<Piece> chosen = new ArrayList<>();
    int count = 0;
    for (Pending each : pending) {
      int until = Math.min(each.prompt.tokens().length, each.position + most - count);
      if (!each.waits() && until > each.position) {
        chosen.add(new Piece(each, each.position, until, 0));
        count += until - each.position;
      }
    }
    segments.sort(chosen);
    List<Piece> pieces = new ArrayList<>();
    count = 0;
    for (Piece each : chosen) {
      pieces.add(new Piece(each.of(), each.from(), each.until(), count));
      count += each.size();
    }
    return pieces;
  }

  /** One forward; what is chosen after the prompts that end in it. */
  private Chosen run(List<Piece> pieces) {
    fill(pieces);
    long[] of = segments.ofPrompts(pieces);
    int together = segments.together(of);
    LoneSegments alone = LoneSegments.after(together, of.length / 4);
    rows.setPlaces(of, alone);
    int endsTogether = (int) pieces.subList(0, together).stream().filter(Piece::last).count();
    List<Piece> last = pieces.stream().filter(Piece::last).toList();
    boolean keeps = pieces.stream().anyMatch(piece -> piece.prompt().drafting().enabled());
    List<Piece> chosen = last.isEmpty() ? pieces.subList(pieces.size() - 1, pieces.size()) : last; // the script wants one
    choice.resize(chosen.size());
    long[] ends = new long[4 * chosen.size()];
    for (int i = 0; i < chosen.size(); i++) {
      Piece piece = chosen.get(i);
      int slot = piece.prompt().slot();
      Sampling sampling = piece.last() ? piece.prompt().sampling() : Sampling.GREEDY;
      choice.set(i, sampling);
      DraftCalls.fillSegment(ends, i, slot, i, 1, piece.until());
      rows.set(Column.CHOSEN_ROW, i, piece.lastRow());
      rows.set(Column.INPUT_ROW, piece.lastRow(), state.pendingRow(slot, 0));
      rows.set(Column.RING_ROW, piece.lastRow(), sampling.greedy() ? 0 : state.noise.row(slot, piece.until()));
    }
    return Choice.chosen(
        module.floats(
            "prefill",
            rows.argument(),
            choice.argument(),
            state.noise.takeFresh(),
            Argument.list(of),
            Argument.list(segments.blocksOfPrompts(pieces)),
            Argument.of(keeps),
            Argument.list(alone.numbers()),
            Argument.list(ends),
            Argument.list(LoneSegments.after(endsTogether, chosen.size()).numbers()),
            choice.filters(),
            choice.topK()));
  }

  private void fill(List<Piece> pieces) {
    rows.resize(pieces.get(pieces.size() - 1).lastRow() + 1);
    for (Piece piece : pieces) {
      int slot = piece.prompt().slot();
      int[] tokens = piece.prompt().tokens();
      for (int i = 0; i < piece.size(); i++) {
        int position = piece.from() + i;
        int row = piece.firstRow() + i;
        rows.set(Column.TOKEN, row, tokens[position]);
        rows.set(Column.POSITION, row, position);
        rows.set(Column.CACHE_ROW, row, state.cacheRow(slot, position));
        rows.set(Column.NEXT_TOKEN, row, position + 1 < tokens.length ? tokens[position + 1] : 0);
        rows.set(Column.HEAD_ROW, row, state.headCacheRow(slot, position));
      }
    }
  }

  /** The logits of every position of a prompt that fits one chunk, in a free slot // [positions * vocabulary]. */
  float[] inspect(int slot, int[] prompt) {
    return inspect("inspect", slot, prompt);
  }

  /** The fused features of every position of a prompt that fits one chunk, in a free slot // [positions * 3 hidden]. */
  float[] features(int slot, int[] prompt) {
    return inspect("inspect_features", slot, prompt);
  }

  private float[] inspect(String method, int slot, int[] tokens) {
    state.slots[slot].forget();
    Prompt prompt = new Prompt(slot, tokens, Sampling.GREEDY, Drafting.OFF);
    List<Piece> pieces = List.of(new Piece(new Pending(prompt), 0, tokens.length, 0));
    fill(pieces);
    return module.floats(
        method, rows.argument(), Argument.list(segments.ofPrompts(pieces)), Argument.list(segments.blocksOfPrompts(pieces)));
  }
}
