package io.talon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.talon.ErrorCode;
import org.junit.jupiter.api.Test;

class RopeSpecTest {
  @Test
  void defaultFrequencies() {
    assertThat(RopeSpec.unscaled(10_000).inverseFrequencies(8)).containsExactly(1f, 0.1f, 0.01f, 0.001f);
  }

  @Test
  void linearDividesEveryFrequency() {
    assertThat(new RopeSpec("linear", 10_000, 4, 1, 1, 0).inverseFrequencies(8))
        .containsExactly(0.25f, 0.025f, 0.0025f, 0.00025f);
  }

  @Test
  void llama3KeepsShortWavesStretchesLongOnesAndInterpolates() {
    float[] expected = {
      1.0f, 0.07940301f, 0.004700754f, 0.00091158313f, 0.00017677668f, 3.4281024e-05f, 6.6478706e-06f, 1.2891732e-06f
    };
    float[] actual = new RopeSpec("llama3", 500_000, 8, 1, 4, 64).inverseFrequencies(16);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("frequency %s", i).isCloseTo(expected[i], withinPercentage(2e-5));
    }
  }

  @Test
  void otherTypesAreRefusedByName() {
    assertThatThrownBy(() -> new RopeSpec("yarn", 10_000, 4, 1, 1, 0))
        .hasFieldOrPropertyWithValue("code", ErrorCode.MODEL_CONFIG)
        .hasMessageContaining("'yarn' is not supported");
  }
}
