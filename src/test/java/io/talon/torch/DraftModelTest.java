package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.talon.TalonException;
import io.talon.decode.Coupling;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.draft.policy.ChainPolicy;
import io.talon.draft.policy.NoDraft;
import io.talon.draft.policy.StaticTreePolicy;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.Drafting;
import io.talon.engine.Engine;
import io.talon.engine.Engine.Advance;
import io.talon.engine.Engine.Prompt;
import io.talon.engine.EngineOptions;
import io.talon.engine.Noise;
import io.talon.engine.Sampling;
import io.talon.engine.SlotSet;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A separate small model as the draft, with a cache of its own. */
class DraftModelTest {
  private static final Path TINY = Path.of("src/test/resources/tiny");
  private static final Path SHARED = Path.of("../shared/models");

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void aModelThatDraftsForItselfIsAlwaysRight(double temperature) {
    Path model = TINY.resolve("tiny-llama");
    try (Engine engine = TorchEngines.open(options(model, model, 2))) {
      for (Generation generation : decode(engine, new ChainPolicy(4), new Coupling.Shared(), requests(128, temperature))
          .values()) {
        int[] histogram = generation.stats().acceptanceHistogram();
        assertThat(generation.stats().rounds() - histogram[4])
            .as("rounds that accepted less than the whole chain, but for a last one cut short")
            .isLessThanOrEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theTextIsThatOfPlainDecoding(boolean padded) {
    // other weights, another shape, another half of the vocabulary's favourites: nearly everything is rejected
    EngineOptions options = options(TINY.resolve("tiny-llama"), TINY.resolve("tiny-qwen2"), 3);
    try (Engine engine = EngineOpener.openPair(options, padded)) {
      assertExact(engine, 128);
    }
  }

  /** The target runs a prompt in parts, and has all but the last row of it already; the draft model has none. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPromptInPartsIsDraftedForAsOneInOnePiece(boolean held) {
    Path model = TINY.resolve("tiny-llama");
    int[] tokens = new Random(5).ints(60, 3, 128).toArray();
    try (Engine engine = TorchEngines.open(options(model, model, 3))) {
      int root = engine.prefill(0, tokens, Sampling.GREEDY, Drafting.UNCOUPLED).token(0);
      Candidates atOnce = draft(engine, 0);
      engine.release(0);
      engine.prefill(0, new int[60], Sampling.GREEDY, Drafting.UNCOUPLED); // what the slot holds is of another sequence
      engine.release(0);
      if (held) {
        engine.prefill(1, tokens, Sampling.GREEDY, Drafting.OFF);
      }
      engine.begin(List.of(new Prompt(0, tokens, Sampling.GREEDY, Drafting.UNCOUPLED)));
      Advance advance = engine.advance(16);
      int calls = 1;
      while (advance.parts().get(0).row() < 0) {
        advance = engine.advance(16);
        calls++;
      }
      assertThat(calls).isEqualTo(held ? 1 : 4);
      assertThat(advance.chosen().token(0)).isEqualTo(root);
      Candidates inParts = draft(engine, 0);
      assertThat(inParts.tokens()).isEqualTo(atOnce.tokens());
      for (int i = 0; i < inParts.width(); i++) {
        assertThat(inParts.logProbs()[i]).isCloseTo(atOnce.logProbs()[i], within(1e-4f));
      }
    }
  }

  /** Rows wait for the model until it is asked, however many there are. */
  @Test
  void theModelCatchesUpWithALongTextWhenItIsAsked() {
    Path model = TINY.resolve("tiny-llama");
    int[] text = new Random(5).ints(190, 3, 128).toArray();
    int length = 20;
    try (Engine engine = TorchEngines.open(options(model, model, 1))) {
      int root = engine.prefill(0, Arrays.copyOf(text, length), Sampling.GREEDY, Drafting.UNCOUPLED).token(0);
      TreeBatch trees = new TreeBatch(1);
      AcceptedRows accepted = new AcceptedRows(1, 1);
      while (length < text.length) {
        text[length++] = root;
        DraftTree tree = new DraftTree(1);
        tree.reset(root);
        trees.clear();
        trees.add(0, tree);
        int chosen = engine.verify(trees).token(0);
        root = length % 2 == 0 || length == text.length ? chosen : text[length]; // some of it another's, so that it is not all alike
        accepted.clear();
        accepted.add(0, new int[0], 0, root);
        engine.commit(trees, accepted);
      }
      Candidates late = draft(engine, 0);
      engine.release(0);
      assertThat(engine.prefill(0, text, Sampling.GREEDY, Drafting.UNCOUPLED).token(0)).isEqualTo(root);
      Candidates atOnce = draft(engine, 0);
      assertThat(late.tokens()).isEqualTo(atOnce.tokens());
      for (int i = 0; i < late.width(); i++) {
        assertThat(late.logProbs()[i]).isCloseTo(atOnce.logProbs()[i], within(1e-4f));
      }
    }
  }

  private static Candidates draft(Engine engine, int slot) {
    SlotSet one = new SlotSet(1);
    one.add(slot);
    return engine.draftRoot(one, 4);
  }

  @Test
  void aRealPairAgreesOften() {
    Path target = SHARED.resolve("stories260K");
    assumeTrue(Files.isDirectory(target), "needs ../shared/models/stories260K and llama2xs281K");
    try (Engine engine = TorchEngines.open(options(target, SHARED.resolve("llama2xs281K"), 3))) {
      assertExact(engine, 512);
      Map<String, Generation> drafted = decode(engine, new TalonPolicy(16, 4, 0.03), new Coupling.None(), requests(512, 0));
      double tokens = drafted.values().stream().mapToInt(generation -> generation.stats().roundTokens()).sum();
      double rounds = drafted.values().stream().mapToInt(generation -> generation.stats().rounds()).sum();
      assertThat(tokens / rounds).as("tau of stories260K with llama2xs281K").isGreaterThan(2);
    }
  }

  @Test
  void aBrokenDraftModelIsRefusedBeforeAnythingRuns() {
    assertThatThrownBy(() -> TorchEngines.open(options(TINY.resolve("tiny-llama"), Path.of("no-such-model"), 1)))
        .isInstanceOf(TalonException.class)
        .hasMessageContaining("no-such-model");
  }

  private static void assertExact(Engine engine, int vocabulary) {
    for (double temperature : new double[] {0, 0.7, 1}) {
      List<GenerationRequest> requests = requests(vocabulary, temperature);
      Map<String, Generation> plain = decode(engine, new NoDraft(), new Coupling.None(), requests);
      for (TreePolicy policy : List.of(new ChainPolicy(3), new TalonPolicy(12, 4, 0.03), new StaticTreePolicy(12, 3, 3))) {
        Coupling coupling = temperature == 0.7 ? new Coupling.None() : new Coupling.Fixed(1.2, 0.6);
        Map<String, Generation> drafted = decode(engine, policy, coupling, requests);
        plain.forEach((id, expected) -> assertThat(drafted.get(id).tokens())
            .as("tokens of %s, %s, temperature %s", id, policy, temperature)
            .isEqualTo(expected.tokens()));
      }
    }
  }

  private static Map<String, Generation> decode(
      Engine engine, TreePolicy policy, Coupling coupling, List<GenerationRequest> requests) {
    return DemoPrompts.decode(engine, policy, coupling, requests);
  }

  private static List<GenerationRequest> requests(int vocabulary, double temperature) {
    Random random = new Random(1);
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int[] prompt = random.ints(1 + 4 * i, 3, vocabulary).toArray();
      Sampling sampling = Sampling.GREEDY.withTemperature(temperature).seeded(Noise.rowSeed(4, "pair", i));
      requests.add(new GenerationRequest("pair-" + i, 0, 0, prompt, sampling, 40, null));
    }
    return requests;
  }

  private static EngineOptions options(Path target, Path draft, int slots) {
    return new EngineOptions(target, draft, ComputeType.FP32, "cpu", 1, slots, 0, 16, 32, true, DraftWeights.FULL);
  }
}
