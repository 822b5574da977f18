package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.talon.decode.Coupling;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.draft.policy.NoDraft;
import io.talon.draft.policy.StaticTreePolicy;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.Drafting;
import io.talon.engine.EngineOptions;
import io.talon.engine.Sampling;
import io.talon.engine.SlotSet;
import io.talon.torch.probe.AttentionProbe;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Prompts that are run in several chunks, with a head and without, alone and several at once. */
class LongPromptsTest {
  private static final int[] LENGTHS = {513, 700, 512, 900, 64, 611};
  private static final int TREE = 16;

  static Stream<Arguments> cases() {
    return Stream.of(ComputeType.FP32, Demo.BF16)
        .flatMap(type -> Stream.of(false, true).map(padded -> Arguments.of(type, padded)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void textsAreThoseOfPlainDecodingAlone(ComputeType type, boolean padded) {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < LENGTHS.length; i++) {
      Sampling sampling = Sampling.GREEDY.withTemperature(i % 2 == 0 ? 0 : 0.8).seeded(100 + i);
      requests.add(new GenerationRequest("p-" + i, 0, 0, prompt(i, LENGTHS[i]), sampling, 24, null));
    }
    Map<String, Generation> plain;
    try (TorchEngine alone = EngineOpener.open(headless(type), padded)) {
      plain = DemoPrompts.decode(alone, new NoDraft(), new Coupling.None(), requests);
    }
    try (TorchEngine engine = EngineOpener.open(Demo.options(3, TREE, 40, type, 1), padded)) {
      for (TreePolicy policy : List.of(new NoDraft(), new TalonPolicy(TREE, 4, 0.03), new StaticTreePolicy(TREE, 4, 3))) {
        DemoPrompts.decode(engine, policy, new Coupling.Shared(), requests)
            .forEach((id, found) -> assertThat(found.tokens())
                .as("tokens of %s by %s", id, policy)
                .isEqualTo(plain.get(id).tokens()));
      }
    }
  }

  /** Where products do not sum in order, prompts are summed by bags; where nothing does, in float64. */
  @ParameterizedTest
  @MethodSource("fallbacks")
  void rowsOfAPromptAreThoseOfDecodingWithoutProducts(ComputeType type, AttentionProbe.Found found) {
    int[] tokens = prompt(8, 560);
    try (TorchEngine engine = EngineOpener.open(Demo.options(2, TREE, 40, type, 1), false, found);
        TorchEngine usual = EngineOpener.open(Demo.options(2, TREE, 40, type, 1), false)) {
      tokens[500] = engine.prefill(1, Arrays.copyOf(tokens, 500), Sampling.GREEDY, Drafting.UNCOUPLED).token(0);
      engine.forget();
      int root = engine.prefill(0, tokens, Sampling.GREEDY, Drafting.UNCOUPLED).token(0);
      usual.prefill(0, tokens, Sampling.GREEDY, Drafting.UNCOUPLED);
      commit(engine, tokens, 500, root);
      for (int layer = 0; layer < 10; layer++) {
        float[] prefilled = engine.cached(layer, 0);
        if (found.exact()) {
          assertThat(engine.cached(layer, 1)).as("cache of layer %s", layer).isEqualTo(prefilled);
          assertThat(usual.cached(layer, 0)).as("cache of layer %s by products", layer).isEqualTo(prefilled);
        } else {
          assertThat(largestDifference(engine.cached(layer, 1), prefilled)).as("cache of layer %s", layer).isLessThan(1e-3f);
        }
      }
    }
  }

  static Stream<Arguments> fallbacks() {
    return Stream.of(ComputeType.FP32, Demo.BF16)
        .flatMap(type -> Stream.of(true, false).map(exact -> Arguments.of(type, new AttentionProbe.Found(exact, false))));
  }

  /** The same tokens, once as a prompt of two chunks and once as a short prompt and committed rows, leave the same cache. */
  @ParameterizedTest
  @MethodSource("cases")
  void rowsOfAPromptAreThoseOfDecoding(ComputeType type, boolean padded) {
    int[] tokens = prompt(7, 600);
    try (TorchEngine engine = EngineOpener.open(Demo.options(2, TREE, 40, type, 1), padded)) {
      tokens[500] = engine.prefill(1, Arrays.copyOf(tokens, 500), Sampling.GREEDY, Drafting.UNCOUPLED).token(0);
      engine.forget();
      int root = engine.prefill(0, tokens, Sampling.GREEDY, Drafting.UNCOUPLED).token(0);
      commit(engine, tokens, 500, root);
      for (int layer = 0; layer < 10; layer++) {
        float[] prefilled = engine.cached(layer, 0);
        if (padded) { // float64 hides the order of the sums but for rounding
          assertThat(largestDifference(engine.cached(layer, 1), prefilled)).as("cache of layer %s", layer).isLessThan(1e-3f);
        } else {
          assertThat(engine.cached(layer, 1)).as("cache of layer %s", layer).isEqualTo(prefilled);
        }
      }
      Candidates afterPrompt = draft(engine, 0);
      Candidates afterRounds = draft(engine, 1);
      assertThat(afterPrompt.tokens()[0]).as("the head's first candidate").isEqualTo(afterRounds.tokens()[0]);
      float tolerance = type == ComputeType.FP32 ? 1e-3f : 0.1f;
      assertThat(afterPrompt.logProbs()[0]).isCloseTo(afterRounds.logProbs()[0], within(tolerance));
    }
  }

  /** Commits the tokens behind the first so many of a slot that has these, as chains. */
  private static void commit(TorchEngine engine, int[] tokens, int from, int root) {
    AcceptedRows accepted = new AcceptedRows(1, TREE);
    for (int start = from; start < tokens.length; start += TREE) {
      int rows = Math.min(TREE, tokens.length - start);
      DraftTree chain = new DraftTree(rows);
      chain.reset(tokens[start]);
      int[] path = new int[rows - 1];
      for (int i = 1; i < rows; i++) {
        path[i - 1] = chain.add(i - 1, tokens[start + i], -i, 0);
      }
      TreeBatch trees = new TreeBatch(1);
      trees.add(1, chain);
      engine.verify(trees);
      accepted.clear();
      accepted.add(0, path, path.length, start + rows < tokens.length ? tokens[start + rows] : root);
      engine.commit(trees, accepted);
    }
  }

  private static float largestDifference(float[] found, float[] wanted) {
    assertThat(found).hasSameSizeAs(wanted);
    float largest = 0;
    for (int i = 0; i < wanted.length; i++) {
      largest = Math.max(largest, Math.abs(found[i] - wanted[i]));
    }
    return largest;
  }

  private static Candidates draft(TorchEngine engine, int slot) {
    SlotSet slots = new SlotSet(1);
    slots.add(slot);
    return engine.draftRoot(slots, 4);
  }

  private static EngineOptions headless(ComputeType type) {
    return new EngineOptions(Demo.TARGET, null, type, "cpu", 1, 1, 0, 1, 1, true, DraftWeights.FULL);
  }

  private static int[] prompt(int seed, int length) {
    return new Random(seed).ints(length, 3, 2048).toArray();
  }
}
