package io.talon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingTwinTest {
  private static final float[] LOGITS = {1.2f, -0.3f, 0.4f, 2.0f, 0.4f, -2.5f, 1.1f, 0};
  private static final int DRAWS = 100_000;

  @ParameterizedTest
  @CsvSource({"0.7, 0, 1, 0", "1, 0, 1, 0", "1.5, 0, 1, 0", "1, 4, 1, 0", "0.7, 0, 0.8, 0", "1, 0, 1, 0.3", "1.5, 6, 0.9, 0.1"})
  void choicesFollowTheFilteredDistribution(double temperature, int topK, double topP, double minP) {
    double[] expected =
        SamplingTwin.softmax(SamplingTwin.filtered(LOGITS, sampling(temperature, topK, topP, minP)), temperature);
    int[] counts = new int[LOGITS.length];
    for (int i = 0; i < DRAWS; i++) {
      // Half of the draws vary the position, half the row.
      Sampling sampling = sampling(temperature, topK, topP, minP).seeded(i % 2 == 0 ? 5 : i);
      counts[SamplingTwin.choose(LOGITS, sampling, i % 2 == 0 ? i : 5)]++;
    }
    double chiSquare = 0;
    for (int token = 0; token < counts.length; token++) {
      if (expected[token] == 0) {
        assertThat(counts[token]).as("Should never choose token %s, which is filtered", token).isZero();
      } else {
        double difference = counts[token] - expected[token] * DRAWS;
        chiSquare += difference * difference / (expected[token] * DRAWS);
      }
    }
    assertThat(chiSquare).as("Should pass at the 0.1 %% level with 7 degrees of freedom").isLessThan(24.32);
  }

  @Test
  void neighbouringPositionsAreIndependent() {
    float[] logits = {0, 0.5f, -0.5f, 0.2f};
    double[] p = SamplingTwin.softmax(logits, 1);
    int[][] counts = new int[4][4];
    Sampling sampling = sampling(1, 0, 1, 0).seeded(12345);
    for (int i = 0; i < DRAWS; i++) {
      counts[SamplingTwin.choose(logits, sampling, i)][SamplingTwin.choose(logits, sampling, i + 1)]++;
    }
    double chiSquare = 0;
    for (int a = 0; a < 4; a++) {
      for (int b = 0; b < 4; b++) {
        double expected = p[a] * p[b] * DRAWS;
        chiSquare += (counts[a][b] - expected) * (counts[a][b] - expected) / expected;
      }
    }
    assertThat(chiSquare).as("Should pass at the 0.1 %% level with 15 degrees of freedom").isLessThan(37.70);
  }

  @Test
  void filtersKeepWhatHuggingFaceKeeps() {
    float cut = Float.NEGATIVE_INFINITY;
    assertThat(SamplingTwin.filtered(LOGITS, sampling(1, 3, 1, 0)))
        .containsExactly(1.2f, cut, cut, 2.0f, cut, cut, 1.1f, cut);
    assertThat(SamplingTwin.filtered(LOGITS, sampling(1, 4, 1, 0)))
        .as("Should keep what ties with the last of the top k")
        .containsExactly(1.2f, cut, 0.4f, 2.0f, 0.4f, cut, 1.1f, cut);
    assertThat(SamplingTwin.filtered(new float[] {2, 2, 1}, sampling(1, 0, 0.4, 0)))
        .as("Should keep the token that crosses p, the first of a tie")
        .containsExactly(2, cut, cut);
  }

  @Test
  void greedyTakesTheSmallestIdOnTies() {
    assertThat(SamplingTwin.choose(new float[] {1, 3, 2, 3}, Sampling.GREEDY, 9)).isEqualTo(1);
  }

  @Test
  void rejectsNonsense() {
    assertThatThrownBy(() -> sampling(-1, 0, 1, 0)).hasMessage("temperature must be in [0, 100]: -1.0");
    assertThatThrownBy(() -> sampling(1, -1, 1, 0)).hasMessage("top-k must be 0 (off) or more: -1");
    assertThatThrownBy(() -> sampling(1, 0, 0, 0)).hasMessage("top-p must be in (0, 1]: 0.0");
    assertThatThrownBy(() -> sampling(1, 0, 1, 1)).hasMessage("min-p must be in [0, 1): 1.0");
  }

  private static Sampling sampling(double temperature, int topK, double topP, double minP) {
    return Sampling.GREEDY.withTemperature(temperature).withTopK(topK).withTopP(topP).withMinP(minP);
  }
}
