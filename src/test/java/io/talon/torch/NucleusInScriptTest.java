package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.engine.Chosen;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.EngineOptions;
import io.talon.engine.Noise;
import io.talon.engine.Sampling;
import io.talon.engine.SamplingTwin;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Top-p over a vocabulary of 2048, whose probabilities the script puts in steps instead of sorting them. */
class NucleusInScriptTest {
  private static final int POSITIONS = 400;
  private static final Sampling SAMPLED = Sampling.GREEDY.withTemperature(1).seeded(Noise.rowSeed(3, "nucleus", 0));
  private static TorchEngine engine;

  @BeforeAll
  static void open() {
    engine = TorchEngine
        .open(new EngineOptions(Demo.TARGET, null, ComputeType.FP32, "cpu", 1, 1, 0, POSITIONS, 1, true, DraftWeights.FULL));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9, 0.99})
  void narrowAndWideNucleiAreThoseOfTheTwin(double topP) {
    for (double spread : new double[] {0.3, 4}) { // nearly flat: 0.9 takes some 1,700 tokens; steep: some tens
      Random random = new Random(7);
      float[] logits = new float[engine.spec().vocabulary()];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) (spread * random.nextGaussian());
      }
      Sampling sampling = SAMPLED.withTopP(topP);
      Chosen chosen = engine.choose(logits, sampling, 0, POSITIONS);
      for (int i = 0; i < POSITIONS; i++) {
        assertThat(chosen.token(i)).as("position %s, spread %s", i, spread).isEqualTo(SamplingTwin.choose(logits, sampling, i));
      }
    }
  }

  @Test
  void ofEqualTokensTheFirstAreKept() {
    float[] equal = new float[2048];
    assertThat(largest(equal, 0.25)).as("512 of 2048 equal tokens").isBetween(480, 511);
    assertThat(largest(equal, 0.75)).as("1536 of 2048").isBetween(1500, 1535);
    assertThat(largest(equal, 1)).as("all").isBetween(1980, 2047);
    float[] oneAhead = equal.clone();
    Arrays.fill(oneAhead, 2000, 2048, 0.5f);
    assertThat(largest(oneAhead, 0.25)).as("those that are more probable come first").isBetween(2000, 2047);
  }

  /** 2048 rows of this vocabulary are looked at together. */
  @Test
  void moreRowsThanAreLookedAtTogether() {
    int positions = 2048 + 52;
    Random random = new Random(8);
    float[] logits = new float[2048];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) random.nextGaussian();
    }
    Sampling sampling = SAMPLED.withTopP(0.3);
    try (TorchEngine wide = TorchEngine
        .open(new EngineOptions(Demo.TARGET, null, ComputeType.FP32, "cpu", 1, 1, 0, positions, 1, true, DraftWeights.FULL))) {
      Chosen chosen = wide.choose(logits, sampling, 0, positions);
      for (int i = 0; i < positions; i++) {
        assertThat(chosen.token(i)).as("position %s", i).isEqualTo(SamplingTwin.choose(logits, sampling, i));
      }
    }
  }

  @Test
  void theLeastPossibleLeavesTheMostProbableToken() {
    float[] logits = new float[2048];
    logits[77] = 0.001f;
    for (double topP : new double[] {1e-6, 1e-30}) {
      Chosen chosen = engine.choose(logits, SAMPLED.withTopP(topP), 0, POSITIONS);
      assertThat(IntStream.range(0, POSITIONS).map(chosen::token)).containsOnly(77);
    }
  }

  @Test
  void behindTopKAndCloseToOneItKeepsWhatTopKLeft() {
    float[] logits = new float[2048];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = i < 5 ? 0.01f * i : -i;
    }
    for (double topP : new double[] {0.999_999, 0.999_999_94}) {
      Sampling sampling = SAMPLED.withTopK(5).withTopP(topP);
      Chosen chosen = engine.choose(logits, sampling, 0, POSITIONS);
      int[] tokens = IntStream.range(0, POSITIONS).map(chosen::token).toArray();
      assertThat(tokens).containsOnly(0, 1, 2, 3, 4);
      assertThat(tokens).isEqualTo(IntStream.range(0, POSITIONS).map(i -> SamplingTwin.choose(logits, sampling, i)).toArray());
    }
  }

  /** The largest token id that is chosen anywhere. */
  private static int largest(float[] logits, double topP) {
    Chosen chosen = engine.choose(logits, SAMPLED.withTopP(topP), 0, POSITIONS);
    int largest = 0;
    for (int i = 0; i < POSITIONS; i++) {
      largest = Math.max(largest, chosen.token(i));
    }
    return largest;
  }
}
