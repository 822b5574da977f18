package io.talon.torch.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.engine.ComputeType;
import io.talon.torch.module.Attention;
import io.talon.torch.module.EngineLayout;
import org.junit.jupiter.api.Test;

class RowLimitsTest {
  @Test
  void allSmallNumbersAreTriedAndMultiplesOfEightAbove() {
    assertThat(RowLimits.counts(3, 20)).containsExactly(1, 2, 3, 8, 16);
    assertThat(RowLimits.counts(10, 4)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  }

  @Test
  void theLongestStretchOfEqualRowsIsTaken() {
    assertThat(RowLimits.longest(new long[] {1, 0, 0, 0})).as("all the same").containsExactly(0, 4);
    assertThat(RowLimits.longest(new long[] {1, 1, 0, 0})).as("one row differs from several").containsExactly(1, 4);
    assertThat(RowLimits.longest(new long[] {1, 0, 0, 0, 1, 0, 0, 0, 0})).as("four differ from five and more").containsExactly(4,
        9);
    assertThat(RowLimits.longest(new long[] {1, 0, 1, 0})).as("the later of equals").containsExactly(2, 4);
    assertThat(RowLimits.longest(new long[] {1, 0, 2, 1, 0, 0})).as("rows that differ among themselves").containsExactly(3, 6);
    assertThat(RowLimits.longest(new long[] {1, 2, 2})).as("one alone").containsExactly(0, 1);
  }

  @Test
  void sharesComeOutEvenWhereTheElementsOfARowAllowIt() {
    assertThat(layout(2).sharesOutEvenly(1536)).as("24 times 64 among two").isTrue();
    assertThat(layout(3).sharesOutEvenly(1536)).as("among one, two and three").isTrue();
    assertThat(layout(5).sharesOutEvenly(1536)).as("among five").isFalse();
    assertThat(layout(1).sharesOutEvenly(100)).as("no multiple of the lanes").isFalse();
    assertThat(layout(5).rowsOfOneShare(1536)).isEqualTo(21);
    assertThat(layout(5).rowsOfOneShare(100_000)).as("one at least").isEqualTo(1);
  }

  private static EngineLayout layout(int threads) {
    return new EngineLayout("cpu", ComputeType.BF16, 1, 64, 1, 1, false, Attention.IN_ORDER, true, threads, false, 0);
  }
}
