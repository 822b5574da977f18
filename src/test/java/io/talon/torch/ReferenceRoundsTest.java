package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.talon.decode.Coupling;
import io.talon.decode.DecodeLoop;
import io.talon.decode.DecodeOptions;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.draft.policy.NoDraft;
import io.talon.draft.policy.StaticTreePolicy;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.Engine;
import io.talon.engine.Noise;
import io.talon.engine.Sampling;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every round of an independent implementation that recomputes everything from scratch (src/test/python): the same trees, the
 * same accepted rows, the same text, greedy and sampled, coupled and not.
 */
class ReferenceRoundsTest {
  private static final float TIE = 1e-4f; // nodes whose log-probabilities are closer may come in any order
  private static Engine engine;
  private int treesCompared;
  private int treesWithTies;

  @BeforeAll
  static void open() {
    engine = TorchEngine.open(Demo.options(1, 60, 91));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @Test
  void greedyTextIsThatOfTransformers() {
    for (JsonNode prompt : Demo.golden()) {
      GenerationRequest request =
          new GenerationRequest("golden", 0, 0, Demo.ints(prompt.get("prompt_ids")), Sampling.GREEDY, prompt.get("greedy").size(),
              null);
      Generation plain = decode(engine, new NoDraft(), new Coupling.None(), request);
      assertThat(plain.tokens()).as("greedy tokens of '%s'", prompt.get("prompt").asText())
          .isEqualTo(Demo.ints(prompt.get("greedy")));
    }
  }

  @Test
  void greedyRoundsAreReproduced() {
    for (JsonNode example : Demo.reference()) {
      for (Map.Entry<String, JsonNode> run : example.get("runs").properties()) {
        GenerationRequest request = request(example, Sampling.GREEDY);
        compare(example, run.getKey(), policy(run.getKey()), new Coupling.None(), request, run.getValue(), example.get("greedy"));
      }
    }
    assertMostTreesAreEqual();
  }

  @Test
  void sampledRoundsAreReproduced() {
    for (JsonNode example : Demo.reference()) {
      long rowSeed = Noise.rowSeed(example.get("seed").asLong(), example.get("prompt_id").asText(), 0);
      assertThat(rowSeed).as("row seed").isEqualTo(example.get("row_seed").asLong());
      for (Map.Entry<String, JsonNode> entry : example.get("sampled").properties()) {
        JsonNode run = entry.getValue();
        Sampling sampling = Sampling.GREEDY
            .withTemperature(run.get("temperature").asDouble())
            .withTopK(run.get("top_k").asInt())
            .withTopP(run.get("top_p").asDouble())
            .seeded(rowSeed);
        compare(
            example,
            entry.getKey(),
            policy(run.get("policy").asText()),
            coupling(run.get("coupling").asText()),
            request(example, sampling),
            run,
            run.get("tokens"));
      }
    }
    assertMostTreesAreEqual();
  }

  private void compare(
      JsonNode example, String name, TreePolicy policy, Coupling coupling, GenerationRequest request, JsonNode run,
      JsonNode tokens) {
    String what = name + " of prompt " + example.get("prompt_id").asText();
    RecordingEngine recorder = new RecordingEngine(engine);
    Generation generation = decode(recorder, policy, coupling, request);
    assertThat(generation.tokens()).as("text, %s", what).isEqualTo(Demo.ints(tokens));
    assertThat(generation.stats().rounds()).as("rounds, %s", what).isEqualTo(run.get("num_rounds").asInt());
    assertThat(generation.stats().draftForwards())
        .as("draft forwards, %s", what)
        .isEqualTo(run.get("num_draft_forwards").asInt());
    Iterator<RecordingEngine.Tree> trees = recorder.trees.iterator();
    int round = 0;
    for (JsonNode expected : run.get("rounds")) {
      assertSameTree(trees.next(), expected, what + " round " + round);
      assertThat(generation.rounds().get(round).position()).as("position, %s", what).isEqualTo(expected.get("position").asInt());
      assertThat(generation.rounds().get(round).accepted()).as("accepted, %s round %s", what, round)
          .isEqualTo(expected.get("accepted").size());
      round++;
    }
  }

  private void assertSameTree(RecordingEngine.Tree tree, JsonNode expected, String what) {
    int[] tokens = Demo.ints(expected.get("tokens"));
    assertThat(tree.tokens().length).as("drafted nodes, %s", what).isEqualTo(tokens.length);
    treesCompared++;
    if (Arrays.equals(tree.tokens(), tokens) && Arrays.equals(tree.parents(), Demo.ints(expected.get("parents")))) {
      for (int i = 0; i < tokens.length; i++) {
        assertThat(Math.abs(tree.logProbs()[i] - expected.get("logprobs").get(i).asDouble()))
            .as("log-probability of node %s, %s", i + 1, what)
            .isLessThan(1e-3);
      }
      return;
    }
    treesWithTies++;
    double[] found = sorted(tree.logProbs());
    double[] wanted = sorted(expected.get("logprobs"));
    for (int i = 0; i < wanted.length; i++) {
      assertThat(Math.abs(found[i] - wanted[i])).as("%s differs by more than a tie", what).isLessThan(TIE);
    }
  }

  private void assertMostTreesAreEqual() {
    assertThat(treesCompared).as("trees compared").isGreaterThan(200);
    assertThat((double) treesWithTies / treesCompared).as("share of trees that differ by ties").isLessThan(0.02);
  }

  private static double[] sorted(float[] values) {
    double[] copy = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      copy[i] = values[i];
    }
    Arrays.sort(copy);
    return copy;
  }

  private static double[] sorted(JsonNode values) {
    double[] copy = new double[values.size()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values.get(i).asDouble();
    }
    Arrays.sort(copy);
    return copy;
  }

  private static GenerationRequest request(JsonNode example, Sampling sampling) {
    return new GenerationRequest(
        example.get("prompt_id").asText(), 0, 0, Demo.ints(example.get("prompt_ids")), sampling,
        example.get("max_new_tokens").asInt(), null)
        .recorded();
  }

  private static Generation decode(Engine engine, TreePolicy policy, Coupling coupling, GenerationRequest request) {
    ListRequester requester = new ListRequester(List.of(request));
    DecodeOptions options = new DecodeOptions(policy, coupling, Demo.END);
    new DecodeLoop(engine, options, System::nanoTime).run(requester);
    return requester.finished.get(request.promptId());
  }

  private static TreePolicy policy(String name) {
    return switch (name) {
      case "talon-60-10-0.03" -> new TalonPolicy(60, 10, 0.03);
      case "talon-16-4-0.03" -> new TalonPolicy(16, 4, 0.03);
      case "static-60-10-9" -> new StaticTreePolicy(60, 10, 9);
      case "static-16-4-4" -> new StaticTreePolicy(16, 4, 4);
      default -> throw new AssertionError("unknown policy of the reference: " + name);
    };
  }

  private static Coupling coupling(String text) {
    if (text.equals("none")) {
      return new Coupling.None();
    }
    if (text.equals("shared")) {
      return new Coupling.Shared();
    }
    String[] numbers = text.split(",");
    return new Coupling.Fixed(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
  }
}
