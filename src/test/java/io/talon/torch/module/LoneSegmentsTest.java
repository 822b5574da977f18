package io.talon.torch.module;

import static io.talon.torch.module.EngineLayoutTest.segments;
import static org.assertj.core.api.Assertions.assertThat;

import io.talon.engine.ComputeType;
import org.junit.jupiter.api.Test;

class LoneSegmentsTest {
  private static final EngineLayout LAYOUT =
      new EngineLayout("cpu", ComputeType.FP32, 8, 2048, 64, 16, false, Attention.IN_ORDER, true, 1, false, 0);

  private static long[] widest(int... rowsAndKeys) {
    return LoneSegments.widest(segments(rowsAndKeys), LAYOUT, 512, 2).numbers();
  }

  @Test
  void slotsThatAreAlikeAreTakenAtOnce() {
    assertThat(widest(1, 30, 1, 40, 1, 50, 1, 60)).isEmpty();
    assertThat(widest(8, 300, 7, 340, 8, 280, 6, 310, 8, 333)).isEmpty();
  }

  @Test
  void oneThatIsMuchWiderOrLongerIsTakenByItself() {
    assertThat(widest(1, 200, 1, 210, 64, 240, 1, 150, 1, 130)).containsExactly(2);
    assertThat(widest(1, 2000, 1, 210, 1, 240, 1, 150, 1, 130)).containsExactly(0);
    assertThat(widest(64, 200, 1, 210, 1, 240, 1, 150, 1, 130, 50, 200)).containsExactly(0, 5);
  }

  @Test
  void rowsThatAreInTheSameTilesTakeNoMore() {
    assertThat(widest(4, 500, 1, 500, 1, 500, 1, 500, 1, 500)).as("8 rows of a key head").isEmpty();
  }

  @Test
  void fewerThanFourAreTakenOneByOne() {
    assertThat(widest(1, 30, 1, 30, 1, 30)).containsExactly(0, 1, 2);
    assertThat(widest(64, 900, 1, 900, 1, 900, 1, 900)).as("three beside a wide one").containsExactly(0, 1, 2, 3);
  }

  @Test
  void freeSlotsUpToTheLastCountAsWork() {
    long[] far = segments(1, 1300, 1, 1400, 1, 1500, 1, 1600);
    far[12] = 31;
    assertThat(LoneSegments.widest(far, LAYOUT, 4096, 2).numbers()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void knowsWhichAreAlone() {
    LoneSegments alone = LoneSegments.after(2, 4);
    assertThat(alone.numbers()).containsExactly(2, 3);
    assertThat(alone.lone(1)).isFalse();
    assertThat(alone.lone(2)).isTrue();
    assertThat(alone.mixed()).isTrue();
    assertThat(alone.together()).isTrue();
    assertThat(LoneSegments.after(0, 4).together()).isFalse();
    assertThat(LoneSegments.after(4, 4).mixed()).isFalse();
  }
}
