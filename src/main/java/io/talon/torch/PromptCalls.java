package io.talon.torch;

import io.talon.engine.Chosen;
import io.talon.engine.Drafting;
import io.talon.engine.Engine.Prompt;
import io.talon.engine.Sampling;
import io.talon.torch.module.RowTable;
import io.talon.torch.module.RowTable.Column;
import io.talon.torch.script.Argument;
import io.talon.torch.script.ScriptModule;
import java.util.ArrayList;
import java.util.List;

/**
 * The calls that run prompts: those of several slots in one forward, and of each only what no slot holds yet.
 *
 * <p>A prompt that begins like another one of the same call (samples of one prompt, a system prompt) waits until that one has
 * run, and then takes its rows.
 */
final class PromptCalls {
  private static final int CHUNK = 512; // rows of one forward

  /** Consecutive tokens of one prompt in one forward. */
  record Piece(int index, Prompt prompt, int from, int until, int firstRow) {
    int size() {
      return until - from;
    }

    int lastRow() {
      return firstRow + size() - 1;
    }

    /** Whether the prompt ends here, and a token is chosen after it. */
    boolean last() {
      return until == prompt.tokens().length;
    }
  }

  private final EngineState state;
  private final ScriptModule module;
  private final RowTable rows = new RowTable();
  private final Choice choice;
  private final Segments segments;
  private final CachedPrompts cached;

  PromptCalls(EngineState state) {
    this.state = state;
    module = state.module;
    choice = new Choice(state.vocabulary);
    segments = new Segments(state);
    cached = new CachedPrompts(state);
  }

  /** Runs prompts into their slots and returns the tokens chosen after them. */
  Chosen prefill(List<Prompt> prompts) {
    int[] tokens = new int[prompts.size()];
    float[] margins = new float[prompts.size()];
    boolean[] done = new boolean[prompts.size()];
    for (int left = prompts.size(); left > 0;) {
      List<CachedPrompts.Start> starts = cached.begin(prompts, done);
      List<Piece> pieces = new ArrayList<>();
      int count = 0;
      for (CachedPrompts.Start start : starts) {
        Prompt prompt = prompts.get(start.index());
        for (int from = start.position(); from < prompt.tokens().length;) {
          int until = Math.min(prompt.tokens().length, from + CHUNK - count);
          pieces.add(new Piece(start.index(), prompt, from, until, count));
          count += until - from;
          from = until;
          if (count == CHUNK) {
            run(pieces, tokens, margins);
            pieces.clear();
            count = 0;
          }
        }
      }
      if (count > 0) {
        run(pieces, tokens, margins);
      }
      for (CachedPrompts.Start start : starts) {
        Prompt prompt = prompts.get(start.index());
        done[start.index()] = true;
        state.slots[prompt.slot()].hold(prompt.tokens(), prompt.drafting().enabled());
      }
      left -= starts.size();
    }
    return new Chosen(tokens, margins);
  }

  /** One forward. */
  private void run(List<Piece> pieces, int[] tokens, float[] margins) {
    fill(pieces);
    List<Piece> last = pieces.stream().filter(Piece::last).toList();
    boolean keeps = pieces.stream().anyMatch(piece -> piece.prompt().drafting().enabled());
    List<Piece> chosen = last.isEmpty() ? pieces.subList(pieces.size() - 1, pieces.size()) : last; // the script wants one
    choice.resize(chosen.size());
    for (int i = 0; i < chosen.size(); i++) {
      Piece piece = chosen.get(i);
      int slot = piece.prompt().slot();
      Sampling sampling = piece.last() ? piece.prompt().sampling() : Sampling.GREEDY;
      choice.set(i, sampling);
      rows.set(Column.CHOSEN_ROW, i, piece.lastRow());
      rows.set(Column.INPUT_ROW, piece.lastRow(), state.pendingRow(slot, 0));
      rows.set(Column.RING_ROW, piece.lastRow(), sampling.greedy() ? 0 : state.noise.row(slot, piece.until()));
    }
    Chosen after = Choice.chosen(
        module.floats(
            "prefill",
            rows.argument(),
            choice.argument(),
            state.noise.takeFresh(),
            Argument.list(segments.ofPrompts(pieces)),
            Argument.list(segments.blocksOfPrompts(pieces)),
            Argument.of(keeps),
            Argument.of((long) chosen.size()),
            choice.filters(),
            choice.topK()));
    for (int i = 0; i < last.size(); i++) {
      tokens[last.get(i).index()] = after.token(i);
      margins[last.get(i).index()] = after.margin(i);
    }
  }

  private void fill(List<Piece> pieces) {
    rows.resize(pieces.get(pieces.size() - 1).lastRow() + 1, 0);
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
    List<Piece> pieces = List.of(new Piece(0, prompt, 0, tokens.length, 0));
    fill(pieces);
    return module.floats(
        method, rows.argument(), Argument.list(segments.ofPrompts(pieces)), Argument.list(segments.blocksOfPrompts(pieces)));
  }
}
