package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.talon.engine.Candidates;
import io.talon.engine.ComputeType;
import io.talon.engine.Drafting;
import io.talon.engine.Noise;
import io.talon.engine.Sampling;
import io.talon.engine.SlotSet;
import io.talon.model.GoldenTensors;
import io.talon.model.checkpoint.TorchFileWriter;
import io.talon.torch.probe.LinearProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads in every published form draft what plain loops over the same weights compute: root, three layers, five rounds. */
class HeadTwinTest {
  private static final double TOLERANCE = 1e-4;
  private static final String INPUTS = "\"eagle_aux_hidden_state_layer_ids\": [1, 2, 3]";

  @TempDir
  Path directory;

  @Test
  void reducedVocabulary() throws IOException {
    compare(head -> {});
  }

  @Test
  void fullVocabularyWithoutTables() throws IOException {
    compare(head -> {
      head.draftVocabulary = TinyHead.VOCABULARY;
      head.mapped = false;
      head.prefix = "layers.0.";
    });
  }

  @Test
  void fullVocabularyWithTablesOfZeros() throws IOException {
    compare(head -> head.draftVocabulary = TinyHead.VOCABULARY);
  }

  @Test
  void headDimensionOfItsOwn() throws IOException {
    compare(head -> {
      head.target = "tiny-llama3-scaled";
      head.headDim = 14;
      head.kvHeads = 1;
      head.theta = 777;
    });
  }

  @Test
  void embeddingAndWidthOfItsOwn() throws IOException {
    compare(head -> {
      head.target = "tiny-qwen3";
      head.ownEmbedding = true;
      head.hidden = 48;
      head.kvHeads = 4;
      head.auxLayers = INPUTS;
    });
  }

  @Test
  void fusedWidthThatIsTheHeadsOwn() throws IOException {
    compare(head -> {
      head.ownEmbedding = true;
      head.hidden = 3 * TinyHead.TARGET_HIDDEN; // the fusion is there all the same
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"BF16", "F16"})
  void halfPrecisionFiles(String dtype) throws IOException {
    compare(head -> {
      head.target = "tiny-mistral";
      head.dtype = dtype;
      head.prefix = dtype.equals("F16") ? "layers.0." : "midlayer.";
      head.normEps = 1e-6f;
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"norm_before_residual", "norm_before_fc", "norm_output"})
  void recurrenceOfSpeculators(String flag) throws IOException {
    compare(head -> {
      head.prefix = "layers.0.";
      head.auxLayers = INPUTS;
      head.ownEmbedding = true;
      head.flags = "\"speculators_model_type\": \"eagle3\", \"%s\": true, ".formatted(flag);
    });
  }

  @Test
  void pickledFile() throws IOException {
    TinyHead head = new TinyHead();
    head.dtype = "BF16";
    head.write(directory);
    Path safetensors = directory.resolve("model.safetensors");
    TorchFileWriter.convert(safetensors, directory.resolve("pytorch_model.bin"));
    Files.delete(safetensors);
    assertEqual(head);
  }

  @Test
  void positionsBeyondTheHeadsOwnMaximum() throws IOException {
    compare(head -> head.maxPositions = 16);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sequencesOfABatchDoNotSeeEachOther(boolean padded) throws IOException {
    TinyHead head = new TinyHead();
    head.write(directory);
    try (TorchEngine engine = EngineOpener.open(head.options(directory, ComputeType.FP32, 4), padded)) {
      for (DraftSession session : DraftSession.run(engine, head.prompt(25), head.prompt(1), head.prompt(38))) {
        assertEqual(head, session);
      }
    }
  }

  @Test
  void logProbabilitiesAreFloat32WhereTheModelsAreNot() throws IOException {
    assumeTrue(LinearProbe.bf16Speedup() != LinearProbe.UNSUPPORTED, "This CPU cannot compute in bf16");
    TinyHead head = new TinyHead();
    head.write(directory);
    try (TorchEngine engine = TorchEngine.open(head.options(directory, ComputeType.BF16, 1))) {
      engine.prefill(0, head.prompt(9), Sampling.GREEDY, Drafting.UNCOUPLED);
      SlotSet slots = new SlotSet(1);
      slots.add(0);
      double sum = 0;
      for (float logProb : engine.draftRoot(slots, head.draftVocabulary).logProbs()) {
        sum += Math.exp(logProb);
      }
      assertThat(sum).as("sum of the probabilities of all children").isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void aWatchedDraftSaysHowFarLogitsAndNoiseAreFromTheirMeans() throws IOException {
    TinyHead head = new TinyHead();
    head.write(directory);
    try (TorchEngine engine = TorchEngine.open(head.options(directory, ComputeType.FP32, 1))) {
      Sampling sampling = Sampling.GREEDY.withTemperature(1).seeded(77);
      engine.prefill(0, head.prompt(9), sampling, Drafting.coupled(1.5, 0.4).watched(Drafting.Watch.NOISE));
      SlotSet slots = new SlotSet(1);
      slots.add(0);
      Candidates all = engine.draftRoot(slots, head.draftVocabulary);
      double meanLogit = 0;
      double meanNoise = 0;
      long key = Noise.key(77, 10);
      for (int i = 0; i < all.width(); i++) {
        meanLogit += Math.exp(all.logProbs()[i]) * all.logits()[i];
        meanNoise += Math.exp(all.logProbs()[i]) * all.noise()[i];
        double score = 1.5 * (all.logits()[i] - all.logits()[0]) + 0.4 * (all.noise()[i] - all.noise()[0]);
        assertThat(score).as("child %s", i).isCloseTo(all.logProbs()[i] - all.logProbs()[0], within(1e-4));
        double noise = Noise.gumbel(key, all.tokens()[i]) - Noise.gumbel(key, all.tokens()[0]);
        assertThat((double) all.noise()[i] - all.noise()[0]).as("noise of child %s", i).isCloseTo(noise, within(1e-4));
      }
      assertThat(meanLogit).as("mean distance from the mean").isCloseTo(0, within(1e-4));
      assertThat(meanNoise).isCloseTo(0, within(1e-4));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama-linear", "tiny-llama3-scaled", "tiny-mistral", "tiny-qwen2", "tiny-qwen3"})
  void featuresAreTheInputsOfTheNamedLayers(String target) throws IOException {
    TinyHead head = new TinyHead();
    head.target = target;
    head.auxLayers = INPUTS;
    head.write(directory);
    GoldenTensors golden = GoldenTensors.read(head.targetDirectory().resolve("golden.safetensors"));
    try (TorchEngine engine = head.open(directory)) {
      for (int i = 0; golden.has("input_ids." + i); i++) {
        float[] found = engine.features(0, golden.ints("input_ids." + i));
        for (int third = 0; third < 3; third++) {
          for (int layer = 1; layer <= 3; layer++) {
            double difference = difference(found, golden.floats("hidden." + i + ".input_of_layer_" + layer), third);
            boolean expected = layer == third + 1;
            assertThat(difference < 1e-3).as("%s, third %s is the input of layer %s", target, third, layer).isEqualTo(expected);
          }
        }
      }
    }
  }

  private static double difference(float[] features, float[] hidden, int third) {
    int width = TinyHead.TARGET_HIDDEN;
    double largest = 0;
    for (int i = 0; i < hidden.length; i++) {
      float found = features[i / width * 3 * width + third * width + i % width];
      largest = Math.max(largest, Math.abs(found - hidden[i]));
    }
    return largest;
  }

  private void compare(Consumer<TinyHead> form) throws IOException {
    TinyHead head = new TinyHead();
    form.accept(head);
    head.write(directory);
    assertEqual(head);
  }

  private void assertEqual(TinyHead head) {
    try (TorchEngine engine = head.open(directory)) {
      DraftSession session = DraftSession.run(engine, head.prompt(25)).get(0);
      assertEqual(head, session);
    }
  }

  private static void assertEqual(TinyHead head, DraftSession session) {
    double difference = session.difference(head.twin(HeadTwin.Bug.NONE));
    assertThat(difference).as("largest difference of a log-probability").isLessThan(TOLERANCE);
  }
}
