package io.talon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NoiseTest {
  private static final long ROW_SEED = 4085364022038194212L;
  private static final long KEY = 6334019916919982850L;

  @Test
  void rowSeedsAreThoseOfTheDefinition() {
    assertThat(Noise.rowSeed(20261122, "0", 0)).isEqualTo(ROW_SEED);
    assertThat(Noise.rowSeed(7, "h\u00e9llo", 3)).as("Should hash UTF-8").isEqualTo(6332898213148213323L);
  }

  @Test
  void bitsAreThoseOfTheDefinition() {
    assertThat(Noise.key(ROW_SEED, 5)).isEqualTo(KEY);
    assertThat(Noise.bits(KEY, 0)).isEqualTo(-6356868769766010453L);
    assertThat(Noise.bits(KEY, 1)).isEqualTo(9011125229207713353L);
    assertThat(Noise.bits(KEY, 2)).isEqualTo(-4163430701339664191L);
    assertThat(Noise.bits(KEY, 2047)).isEqualTo(1917987851953440617L);
  }

  @Test
  void variatesAreThoseOfTheDefinition() {
    int[] tokens = {0, 1, 2, 2047, 49151, 25142};
    float[] expected = {-0.063305f, 0.399887f, -0.397801f, 2.209220f, 1.962942f, 12.220601f};
    for (int i = 0; i < tokens.length; i++) {
      assertThat(Noise.gumbel(KEY, tokens[i])).as("g(%s)", tokens[i]).isCloseTo(expected[i], within(1e-5f));
    }
    int largest = 0;
    for (int token = 1; token < 49152; token++) {
      largest = Noise.gumbel(KEY, token) > Noise.gumbel(KEY, largest) ? token : largest;
    }
    assertThat(largest).as("Should be largest where the definition says").isEqualTo(25142);
  }

  @Test
  void variatesAreFiniteAndHaveTheMomentsOfAGumbelDistribution() {
    int count = 200_000;
    double sum = 0;
    double squares = 0;
    for (int token = 0; token < count; token++) {
      float g = Noise.gumbel(Noise.key(99, 7), token);
      assertThat(Float.isFinite(g)).isTrue();
      sum += g;
      squares += (double) g * g;
    }
    double mean = sum / count;
    assertThat(mean).as("Should have Euler's constant as mean").isCloseTo(0.5772, within(0.01));
    assertThat(squares / count - mean * mean).as("Should have variance pi^2 / 6").isCloseTo(Math.PI * Math.PI / 6, within(0.03));
  }
}
