package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.Chosen;
import io.talon.engine.ComputeType;
import io.talon.engine.Drafting;
import io.talon.engine.Engine.Advance;
import io.talon.engine.Engine.Part;
import io.talon.engine.Engine.Prompt;
import io.talon.engine.Sampling;
import io.talon.engine.SlotSet;
import io.talon.torch.script.ScriptModule;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Prompts that share a forward, or rows of which are taken from another slot, leave what each of them leaves alone. */
class PromptsTest {
  private static final int LAYERS = 10;
  private static final Sampling SAMPLED = Sampling.GREEDY.withTemperature(0.9).withTopP(0.95).seeded(11);

  private final List<String> calls = new ArrayList<>();

  static Stream<ComputeType> types() {
    return Stream.of(ComputeType.FP32, Demo.BF16).distinct();
  }

  @AfterEach
  void stopWatching() {
    ScriptModule.beforeEachCall = method -> {};
  }

  @ParameterizedTest
  @MethodSource("types")
  void promptsOfSeveralSlotsRunInOneForward(ComputeType type) {
    List<Prompt> prompts = List.of(
        new Prompt(0, tokens(1, 5), Sampling.GREEDY, Drafting.UNCOUPLED),
        new Prompt(1, tokens(2, 600), SAMPLED, Drafting.UNCOUPLED),
        new Prompt(2, tokens(3, 1), SAMPLED, Drafting.OFF),
        new Prompt(3, tokens(4, 130), Sampling.GREEDY, Drafting.UNCOUPLED));
    try (TorchEngine engine = TorchEngine.open(Demo.options(4, 20, 20, type, 1));
        TorchEngine alone = TorchEngine.open(Demo.options(1, 20, 20, type, 1))) {
      watch();
      Chosen chosen = engine.prefill(prompts);
      assertThat(calls).as("736 rows are two chunks").containsExactly("prefill", "prefill");
      assertSame(engine, chosen, prompts, alone);
    }
  }

  /** Short ones are taken together in one product of all slots, between free slots, and beside one of several segments. */
  @ParameterizedTest
  @MethodSource("io.talon.torch.TreeRowsTest#types")
  void shortPromptsLeaveTogetherWhatTheyLeaveAlone(ComputeType type) {
    int[] lengths = {20, 33, 1, 200, 64, 27};
    int[] slots = {0, 1, 2, 4, 5, 7};
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < slots.length; i++) {
      Drafting drafting = i == 1 ? Drafting.OFF : Drafting.UNCOUPLED;
      prompts.add(new Prompt(slots[i], tokens(i, lengths[i]), i % 2 == 0 ? SAMPLED : Sampling.GREEDY, drafting));
    }
    int[] common = tokens(9, 150);
    List<Prompt> begunAlike = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int[] own = tokens(20 + i, i == 0 ? 10 : 140 + 3 * i); // those alike have keys of two blocks
      System.arraycopy(common, 0, own, 0, i == 0 ? 0 : 138);
      begunAlike.add(new Prompt(i, own, i % 2 == 0 ? SAMPLED : Sampling.GREEDY, Drafting.UNCOUPLED));
    }
    try (TorchEngine engine = TorchEngine.open(Demo.options(8, 20, 20, type, 1));
        TorchEngine alone = TorchEngine.open(Demo.options(1, 20, 20, type, 1))) {
      watch();
      Chosen chosen = engine.prefill(prompts);
      assertThat(calls).containsExactly("prefill");
      assertSame(engine, chosen, prompts, alone);
      for (int slot : slots) {
        engine.release(slot);
      }
      engine.prefill(7, common, Sampling.GREEDY, Drafting.UNCOUPLED);
      watch();
      chosen = inParts(engine, begunAlike, 40, advance -> {});
      assertThat(calls).as("the fifth is cut").containsExactly("copy", "prefill", "prefill");
      assertSame(engine, chosen, begunAlike, alone);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void promptsInPartsLeaveWhatTheyLeaveAtOnce(ComputeType type) {
    int[] first = tokens(1, 90);
    int[] other = Arrays.copyOf(first, 150);
    List<Prompt> prompts = List.of(
        new Prompt(0, first, Sampling.GREEDY, Drafting.UNCOUPLED),
        new Prompt(1, other, SAMPLED, Drafting.UNCOUPLED),
        new Prompt(3, tokens(4, 130), SAMPLED, Drafting.OFF));
    try (TorchEngine engine = TorchEngine.open(Demo.options(4, 20, 20, type, 1));
        TorchEngine alone = TorchEngine.open(Demo.options(1, 20, 20, type, 1))) {
      engine.begin(List.of(new Prompt(2, tokens(7, 200), Sampling.GREEDY, Drafting.OFF)));
      engine.advance(100);
      engine.release(2); // given up half way
      int root = engine.prefill(2, tokens(5, 40), Sampling.GREEDY, Drafting.UNCOUPLED).token(0);
      watch();
      List<Integer> rows = new ArrayList<>();
      int[] next = {root, 400};
      Chosen chosen = inParts(engine, prompts, 60, advance -> {
        rows.add(advance.parts().stream().mapToInt(Part::rows).sum());
        commitPath(engine, 2, next[Math.min(1, rows.size() - 1)]); // a round of another sequence
      });
      assertThat(rows).as("61 of the second are run: a row of the head belongs to two tokens").containsExactly(60, 60, 60, 60,
          41);
      assertThat(calls).containsOnlyOnce("copy");
      assertSame(engine, chosen, prompts, alone);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void samplesOfAPromptAndPromptsWithACommonBeginningAreRunOnce(ComputeType type) {
    int[] first = tokens(1, 90);
    int[] other = first.clone();
    other[70] = 77;
    List<Prompt> prompts = List.of(
        new Prompt(0, first, Sampling.GREEDY, Drafting.UNCOUPLED),
        new Prompt(1, first, SAMPLED, Drafting.UNCOUPLED),
        new Prompt(2, other, SAMPLED, Drafting.OFF),
        new Prompt(3, tokens(5, 40), SAMPLED, Drafting.UNCOUPLED));
    try (TorchEngine engine = TorchEngine.open(Demo.options(4, 20, 20, type, 1));
        TorchEngine alone = TorchEngine.open(Demo.options(1, 20, 20, type, 1))) {
      watch();
      Chosen chosen = engine.prefill(prompts);
      assertThat(calls).as("those that wait take the rows of the first").containsExactly("prefill", "copy", "prefill");
      assertSame(engine, chosen, prompts, alone);
    }
  }

  @Test
  void aFewTokensInCommonAreEnough() {
    int[] first = tokens(1, 30);
    int[] other = tokens(2, 40);
    System.arraycopy(first, 0, other, 0, 6);
    List<Prompt> prompts = List.of(new Prompt(1, other, SAMPLED, Drafting.UNCOUPLED));
    try (TorchEngine engine = TorchEngine.open(Demo.options(2, 20, 20, ComputeType.FP32, 1));
        TorchEngine alone = TorchEngine.open(Demo.options(1, 20, 20, ComputeType.FP32, 1))) {
      engine.prefill(0, first, Sampling.GREEDY, Drafting.UNCOUPLED);
      watch();
      engine.begin(prompts);
      Advance advance = engine.advance(100);
      assertThat(calls).containsExactly("copy", "prefill");
      assertThat(advance.parts()).containsExactly(new Part(1, 35, 0));
      assertSame(engine, advance.chosen(), prompts, alone);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void theNextTurnTakesWhatTheLastLeft(ComputeType type) {
    int[] turn = tokens(1, 50);
    try (TorchEngine engine = TorchEngine.open(Demo.options(3, 20, 20, type, 1));
        TorchEngine alone = TorchEngine.open(Demo.options(1, 20, 20, type, 1))) {
      int root = engine.prefill(1, turn, Sampling.GREEDY, Drafting.UNCOUPLED).token(0);
      draft(engine, 1);
      int[] path = commitPath(engine, 1, root);
      engine.release(1);
      int[] next = Arrays.copyOf(turn, 80);
      next[50] = root;
      System.arraycopy(path, 0, next, 51, path.length);
      System.arraycopy(tokens(9, 80), 0, next, 51 + path.length, 29 - path.length);
      List<Prompt> prompts = List.of(
          new Prompt(1, tokens(2, 30), Sampling.GREEDY, Drafting.UNCOUPLED), // takes the slot where the last turn was
          new Prompt(2, next, Sampling.GREEDY, Drafting.UNCOUPLED));
      watch();
      Chosen chosen = engine.prefill(prompts);
      assertThat(calls).containsExactly("copy", "prefill");
      assertSame(engine, chosen, prompts, alone);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void whatAPlainSequenceLeftIsNotEnoughForADraft(ComputeType type) {
    int[] prompt = tokens(1, 60);
    try (TorchEngine engine = TorchEngine.open(Demo.options(2, 20, 20, type, 1));
        TorchEngine alone = TorchEngine.open(Demo.options(1, 20, 20, type, 1))) {
      engine.prefill(0, prompt, Sampling.GREEDY, Drafting.OFF);
      watch();
      List<Prompt> drafting = List.of(new Prompt(1, prompt, Sampling.GREEDY, Drafting.UNCOUPLED));
      assertSame(engine, engine.prefill(drafting), drafting, alone);
      assertThat(calls).as("the head has seen nothing of it").doesNotContain("copy");
    }
  }

  @Test
  void whatAFailedForwardLeftIsNotTaken() {
    int[] before = tokens(1, 600);
    try (TorchEngine engine = TorchEngine.open(Demo.options(2, 20, 20, ComputeType.FP32, 1));
        TorchEngine alone = TorchEngine.open(Demo.options(1, 20, 20, ComputeType.FP32, 1))) {
      engine.prefill(0, before, Sampling.GREEDY, Drafting.OFF);
      engine.release(0);
      ScriptModule.beforeEachCall = method -> {
        calls.add(method);
        if (calls.size() == 2) {
          throw new IllegalStateException("the second chunk fails");
        }
      };
      assertThatThrownBy(() -> engine.prefill(0, tokens(2, 600), Sampling.GREEDY, Drafting.OFF))
          .hasMessage("the second chunk fails");
      engine.release(0);
      List<Prompt> prompts = List.of(new Prompt(1, before, Sampling.GREEDY, Drafting.OFF));
      watch();
      Chosen chosen = engine.prefill(prompts);
      assertThat(calls).as("slot 0 has rows of both prompts").doesNotContain("copy");
      assertSame(engine, chosen, prompts, alone);
    }
  }

  /** Runs prompts, so many rows at a time, and does something after every part. */
  private static Chosen inParts(TorchEngine engine, List<Prompt> prompts, int rows, Consumer<Advance> after) {
    engine.begin(prompts);
    int[] tokens = new int[prompts.size()];
    float[] margins = new float[prompts.size()];
    List<Integer> slots = prompts.stream().map(Prompt::slot).toList();
    for (int done = 0; done < tokens.length;) {
      Advance advance = engine.advance(rows);
      for (Part part : advance.parts()) {
        if (part.row() >= 0) {
          tokens[slots.indexOf(part.slot())] = advance.chosen().token(part.row());
          margins[slots.indexOf(part.slot())] = advance.chosen().margin(part.row());
          done++;
        }
      }
      after.accept(advance);
    }
    return new Chosen(tokens, margins);
  }

  /** Commits the root and two tokens below it, and returns these. */
  private static int[] commitPath(TorchEngine engine, int slot, int root) {
    DraftTree tree = new DraftTree(4);
    tree.reset(root);
    tree.add(0, 100, -1, 0);
    tree.add(0, 200, -2, 1);
    tree.add(2, 300, -3, 0);
    TreeBatch trees = new TreeBatch(1);
    trees.add(slot, tree);
    engine.verify(trees);
    AcceptedRows accepted = new AcceptedRows(1, 4);
    accepted.add(0, new int[] {2, 3}, 2, 400);
    engine.commit(trees, accepted);
    return new int[] {200, 300};
  }

  /** Tokens, caches and the head's first candidates are those of a fresh engine that runs each prompt alone. */
  private void assertSame(TorchEngine engine, Chosen chosen, List<Prompt> prompts, TorchEngine alone) {
    ScriptModule.beforeEachCall = method -> {};
    for (int i = 0; i < prompts.size(); i++) {
      Prompt prompt = prompts.get(i);
      alone.forget();
      Chosen expected = alone.prefill(0, prompt.tokens(), prompt.sampling(), prompt.drafting());
      assertThat(chosen.token(i)).as("token after prompt %s", i).isEqualTo(expected.token(0));
      assertThat(chosen.margin(i)).as("margin of prompt %s", i).isEqualTo(expected.margin(0));
      for (int layer = 0; layer < LAYERS; layer++) {
        assertThat(engine.cached(layer, prompt.slot())).as("cache of prompt %s", i).isEqualTo(alone.cached(layer, 0));
      }
      if (prompt.drafting().enabled()) {
        Candidates found = draft(engine, prompt.slot());
        Candidates wanted = draft(alone, 0);
        assertThat(found.tokens()[0]).as("first candidate of prompt %s", i).isEqualTo(wanted.tokens()[0]);
        assertThat(found.logProbs()[0]).isCloseTo(wanted.logProbs()[0], within(0.1f)); // a draft is not exact
      }
      alone.release(0);
    }
  }

  private static Candidates draft(TorchEngine engine, int slot) {
    SlotSet slots = new SlotSet(1);
    slots.add(slot);
    return engine.draftRoot(slots, 4);
  }

  private void watch() {
    calls.clear();
    ScriptModule.beforeEachCall = calls::add;
  }

  private static int[] tokens(int seed, int count) {
    return new Random(seed).ints(count, 3, 2048).toArray();
  }
}
