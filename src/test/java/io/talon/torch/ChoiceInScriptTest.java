package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.talon.engine.Chosen;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.EngineOptions;
import io.talon.engine.Noise;
import io.talon.engine.Sampling;
import io.talon.engine.SamplingTwin;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the script chooses: the token of the Java twin, and over many positions the distribution that sampling promises. */
class ChoiceInScriptTest {
  private static final int ROWS = 500;
  private static final int CALLS = 200;
  private static TorchEngine engine; // a vocabulary of 128, and a ring for every row of a call
  private static float[] logits; // [vocabulary]

  @BeforeAll
  static void open() {
    Path target = Path.of("src/test/resources/tiny/tiny-llama");
    engine =
        TorchEngine.open(new EngineOptions(target, null, ComputeType.FP32, "cpu", 1, 1, 0, ROWS, 1, true, DraftWeights.FULL));
    Random random = new Random(5);
    logits = new float[engine.spec().vocabulary()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (2 * random.nextGaussian());
    }
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  static List<Sampling> settings() {
    return SamplingTwin.settings(Noise.rowSeed(3, "choice", 0));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void chosenTokensFollowTheSoftmaxOfWhatTheFiltersLeave(Sampling sampling) {
    double[] expected = SamplingTwin.distribution(logits, sampling);
    int[] counts = new int[logits.length];
    int differences = 0;
    for (int call = 0; call < CALLS; call++) {
      Chosen chosen = engine.choose(logits, sampling, call * ROWS, ROWS);
      for (int i = 0; i < ROWS; i++) {
        counts[chosen.token(i)]++;
        if (call == 0 && chosen.token(i) != SamplingTwin.choose(logits, sampling, i)) {
          differences++;
        }
        if (call == 0) {
          float wanted = SamplingTwin.margin(logits, sampling, i);
          assertThat(chosen.margin(i)).as("margin at position %s", i).isCloseTo(wanted, within(1e-4f));
        }
      }
    }
    assertThat(differences).as("tokens that differ from the Java twin's").isZero();
    assertChiSquare(counts, expected, CALLS * ROWS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, ROWS})
  void theFirstOfEqualsIsChosenWhereverTheyLie(int rows) {
    for (int[] places : new int[][] {{0, 1}, {126, 127}, {0, 127}, {15, 16}, {31, 95}, {5, 127}}) {
      float[] twoAhead = logits.clone();
      twoAhead[places[0]] = 50;
      twoAhead[places[1]] = 50;
      assertChoice(twoAhead, rows, places[0], 0);
      twoAhead[places[0]] = 49;
      assertChoice(twoAhead, rows, places[1], 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, ROWS})
  void whatIsNotFiniteIsNoticed(int rows) {
    for (int place : new int[] {0, 64, 127}) {
      for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
        float[] broken = logits.clone();
        broken[place] = value;
        Chosen chosen = engine.choose(broken, Sampling.GREEDY, 0, rows);
        for (int i = 0; i < rows; i++) {
          assertThat(chosen.finite(i)).as("row %s, %s at %s", i, value, place).isFalse();
        }
      }
    }
  }

  private static void assertChoice(float[] values, int rows, int token, float margin) {
    Chosen chosen = engine.choose(values, Sampling.GREEDY, 0, rows);
    for (int i = 0; i < rows; i++) {
      assertThat(chosen.token(i)).as("row %s", i).isEqualTo(token);
      assertThat(chosen.margin(i)).as("margin of row %s", i).isEqualTo(margin);
    }
  }

  /** Pearson's statistic against its mean and standard deviation; cells of few expected counts are joined. */
  private static void assertChiSquare(int[] counts, double[] expected, int total) {
    double statistic = 0;
    int cells = 0;
    double restExpected = 0;
    int restCount = 0;
    for (int token = 0; token < counts.length; token++) {
      if (expected[token] == 0) {
        assertThat(counts[token]).as("a filtered token is never chosen: %s", token).isZero();
      } else if (expected[token] * total < 20) {
        restExpected += expected[token] * total;
        restCount += counts[token];
      } else {
        statistic += square(counts[token] - expected[token] * total) / (expected[token] * total);
        cells++;
      }
    }
    if (restExpected > 0) {
      statistic += square(restCount - restExpected) / restExpected;
      cells++;
    }
    int freedom = cells - 1;
    assertThat(statistic).as("chi-square of %s cells", cells).isLessThan(freedom + 4.5 * Math.sqrt(2.0 * freedom));
  }

  private static double square(double value) {
    return value * value;
  }
}
