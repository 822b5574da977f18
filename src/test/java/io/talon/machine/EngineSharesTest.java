package io.talon.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many engines an executor opens, and with how many threads. */
class EngineSharesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 1, 1 x 1", "0, 0, 2, 2 x 1", "0, 0, 4, 4 x 1", "0, 0, 16, 4 x 4", // left open
    "1, 0, 16, 1 x 16", "3, 0, 16, 3 x 5", "8, 0, 2, 8 x 1", // so many engines
    "0, 1, 16, 1 x 1", "0, 2, 16, 1 x 2", // so many threads are so many and no more
    "4, 3, 16, 4 x 3"})
  void smallModels(int engines, int threads, int processors, String shares) {
    assertThat(inWords(EngineShares.of(engines, threads, processors, true, () -> 512L << 20))).isEqualTo(shares);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 1 x 4", "2, 0, 2 x 2", "0, 3, 1 x 3"})
  void largeModelsHaveOneEngineUnlessToldOtherwise(int engines, int threads, String shares) {
    assertThat(inWords(EngineShares.of(engines, threads, 4, true, () -> (512L << 20) + 1))).isEqualTo(shares);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 1 x 4", "1, 0, 1 x 4", "0, 2, 1 x 2"})
  void aGpuHasOne(int engines, int threads, String shares) {
    assertThat(inWords(EngineShares.of(engines, threads, 4, false, () -> 1))).isEqualTo(shares);
  }

  /** It takes reading the checkpoints' indices, which every task would do. */
  @ParameterizedTest
  @CsvSource({"2, 0, 4, true", "0, 2, 4, true", "0, 0, 1, true", "0, 0, 4, false"})
  void sizesAreAskedForWhereTheyMatter(int engines, int threads, int processors, boolean onCpu) {
    EngineShares shares = EngineShares.of(engines, threads, processors, onCpu, () -> {
      throw new AssertionError("nobody needs to know");
    });
    assertThat(shares.engines()).isEqualTo(Math.max(1, engines));
  }

  private static String inWords(EngineShares shares) {
    return shares.engines() + " x " + shares.threads();
  }
}
