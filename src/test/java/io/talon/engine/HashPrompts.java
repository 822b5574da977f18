package io.talon.engine;

import io.talon.engine.Engine.Advance;
import io.talon.engine.Engine.Part;
import io.talon.engine.Engine.Prompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The prompts of a hash engine that have not run to their end, one after another. */
final class HashPrompts {
  /** What is chosen after a prompt. */
  record First(int token, float margin) {}

  private final List<Prompt> begun = new ArrayList<>();
  private int rowsRun; // of the first of them

  static void check(Prompt prompt, EngineSpec spec) {
    int length = prompt.tokens().length;
    if (length < 1 || length >= spec.maxContext()) {
      throw new IllegalStateException("a prompt of %s tokens".formatted(length));
    }
  }

  void begin(List<Prompt> prompts) {
    begun.addAll(prompts);
  }

  void giveUp(int slot) {
    if (!begun.isEmpty() && begun.get(0).slot() == slot) {
      rowsRun = 0;
    }
    begun.removeIf(prompt -> prompt.slot() == slot);
  }

  Advance advance(int rows, Function<Prompt, First> start) {
    if (rows <= 0 || begun.isEmpty()) {
      throw new IllegalStateException("an advance of %s rows and %s prompts".formatted(rows, begun.size()));
    }
    List<Part> parts = new ArrayList<>();
    int[] tokens = new int[begun.size()];
    float[] margins = new float[tokens.length];
    int done = 0;
    for (int left = rows; left > 0 && !begun.isEmpty();) {
      Prompt prompt = begun.get(0);
      int run = Math.min(left, prompt.tokens().length - rowsRun);
      left -= run;
      rowsRun += run;
      boolean ends = rowsRun == prompt.tokens().length;
      parts.add(new Part(prompt.slot(), run, ends ? done : -1));
      if (ends) {
        First first = start.apply(prompt);
        tokens[done] = first.token();
        margins[done++] = first.margin();
        begun.remove(0);
        rowsRun = 0;
      }
    }
    return new Advance(parts, new Chosen(Arrays.copyOf(tokens, done), Arrays.copyOf(margins, done)));
  }
}
