package io.talon.draft.auto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What a draft's probability is worth. */
class CalibrationTest {
  @Test
  void itBeginsAsTheIdentity() {
    Calibration calibration = new Calibration();
    for (double p : new double[] {0, 0.0001, 0.002, 0.01, 0.1, 0.3, 0.5, 0.77, 0.96, 0.995, 1}) {
      for (int depth : new int[] {1, 3, 5, 8, 30}) {
        assertThat(calibration.of(Calibration.MODEL, depth, p)).isCloseTo(p, within(1e-9));
      }
    }
    calibration.refit();
    assertThat(calibration.of(Calibration.FOUND, 2, 0.4)).isCloseTo(0.4, within(1e-9));
  }

  @Test
  void anOverconfidentDepthIsTakenDownAndOthersAreNot() {
    Calibration calibration = new Calibration();
    for (int i = 0; i < 1000; i++) {
      calibration.observe(Calibration.MODEL, 2, 0.9, i % 2 == 0);
    }
    calibration.refit();
    assertThat(calibration.of(Calibration.MODEL, 2, 0.9)).isCloseTo(0.505, within(0.01));
    assertThat(calibration.of(Calibration.MODEL, 1, 0.9)).isCloseTo(0.9, within(1e-9));
    assertThat(calibration.of(Calibration.FOUND, 2, 0.9)).isCloseTo(0.9, within(1e-9));
  }

  @Test
  void moreProbableIsNeverWorthLess() {
    Calibration calibration = new Calibration();
    for (int i = 0; i < 500; i++) {
      calibration.observe(Calibration.FOUND, 4, 0.35, true);
      calibration.observe(Calibration.FOUND, 5, 0.8, false);
    }
    calibration.refit();
    double before = 0;
    for (double p = 0.001; p < 1; p += 0.001) {
      double worth = calibration.of(Calibration.FOUND, 4, p);
      assertThat(worth).isBetween(before, 1.0);
      before = worth;
    }
  }

  @Test
  void anOldHabitIsForgotten() {
    Calibration calibration = new Calibration();
    for (int i = 0; i < 20_000; i++) {
      calibration.observe(Calibration.MODEL, 1, 0.5, true);
    }
    for (int i = 0; i < 20_000; i++) {
      calibration.observe(Calibration.MODEL, 1, 0.5, false);
    }
    calibration.refit();
    assertThat(calibration.of(Calibration.MODEL, 1, 0.5)).isLessThan(0.05);
  }

  @Test
  void whoIsTooSureOfSomeTokensIsSoOfOthersAndDeeperDown() {
    Calibration calibration = new Calibration();
    for (int i = 0; i < 60; i++) {
      calibration.observe(Calibration.FOUND, 1, 0.65, i % 4 == 0);
      calibration.observe(Calibration.FOUND, 2, 0.8, i % 2 == 0);
    }
    calibration.refit();
    assertThat(calibration.of(Calibration.FOUND, 1, 0.9)).as("odds of 9 to 1, a sixth of which are left").isBetween(0.6, 0.72);
    assertThat(calibration.of(Calibration.FOUND, 1, 0.65)).isCloseTo(0.25, within(0.03));
    assertThat(calibration.of(Calibration.FOUND, 4, 0.8)).as("of which nothing was seen").isCloseTo(0.5, within(0.05));
    assertThat(calibration.of(Calibration.MODEL, 1, 0.9)).isCloseTo(0.9, within(1e-9));
  }
}
