package io.talon.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.stats.Bootstrap.Interval;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  @Test
  void theIntervalOfAMeanIsTheNormalOne() {
    double[][] rows = new double[400][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new double[] {i % 2, 1}; // mean 0.5, standard error 0.5 / sqrt(400) = 0.025
    }
    Interval mean = new Bootstrap(rows, 7).of(sums -> sums[0] / sums[1]);
    assertThat(mean.value()).isEqualTo(0.5);
    assertThat(mean.low()).isCloseTo(0.451, Offset.offset(0.006));
    assertThat(mean.high()).isCloseTo(0.549, Offset.offset(0.006));
    assertThat(new Bootstrap(rows, 7).of(sums -> sums[0] / sums[1])).as("Should depend on the seed alone").isEqualTo(mean);
  }

  @Test
  void aPairKeepsItsPromptSoThatACommonDifficultyCancels() {
    double[][] rows = {{10, 20}, {100, 200}, {1, 2}};
    Interval ratio = new Bootstrap(rows, 0).of(sums -> sums[1] / sums[0]);
    assertThat(ratio).isEqualTo(new Interval(2, 2, 2));
  }

  @Test
  void onePromptAndFiguresWithoutAValueHaveNoInterval() {
    assertThat(new Bootstrap(new double[][] {{4, 2}}, 0).of(sums -> sums[0] / sums[1]))
        .isEqualTo(new Interval(2, Double.NaN, Double.NaN));
    Interval partly = new Bootstrap(new double[][] {{4, 2}, {1, 0}}, 0).of(sums -> sums[0] / sums[1]);
    assertThat(partly.value()).isEqualTo(2.5);
    assertThat(partly.low()).isNaN();
  }
}
