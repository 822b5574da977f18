package io.talon.torch.module;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.engine.ComputeType;
import org.junit.jupiter.api.Test;

class EngineLayoutTest {
  private static EngineLayout layout(boolean padsSlots) {
    return new EngineLayout("cpu", ComputeType.FP32, 8, 512, 16, 16, padsSlots, Attention.IN_ORDER, true, 1, false, 0);
  }

  /** Slots 0, 1, ... with so many rows and keys. */
  static long[] segments(int... rowsAndKeys) {
    long[] segments = new long[2 * rowsAndKeys.length];
    for (int i = 0; i < rowsAndKeys.length; i += 2) {
      segments[2 * i] = i / 2;
      segments[2 * i + 2] = rowsAndKeys[i];
      segments[2 * i + 3] = rowsAndKeys[i + 1];
    }
    return segments;
  }

  @Test
  void slotsMeetInOneAttentionWherePaddingThemIsLittleWork() {
    EngineLayout layout = layout(false);
    assertThat(layout.padded(segments(1, 30, 1, 40, 1, 50, 1, 60), 4096)).as("four alike").isTrue();
    assertThat(layout.padded(segments(1, 30, 1, 40, 1, 50), 4096)).as("three").isFalse();
    assertThat(layout.padded(segments(1, 30, 1, 40, 1, 50, 1, 500), 4096)).as("one is long").isFalse();
    assertThat(layout.padded(segments(1, 30, 1, 30, 1, 30, 16, 45), 4096)).as("one is wide").isFalse();
    assertThat(layout.padded(segments(1, 30, 1, 30, 1, 30, 16, 45), 256)).as("the same of a narrow model").isTrue();
    assertThat(layout.padded(segments(1, 30, 1, 30, 1, 30, 64, 500), 256)).as("very wide").isFalse();
    long[] far = segments(1, 130, 1, 140, 1, 150, 1, 160);
    far[12] = 31;
    assertThat(layout.padded(far, 4096)).as("most of the slots up to the last are free").isFalse();
  }

  @Test
  void aLayoutThatPadsDoesSoForTwoSlots() {
    EngineLayout layout = layout(true);
    assertThat(layout.padded(segments(1, 30, 16, 500), 4096)).isTrue();
    assertThat(layout.padded(segments(16, 500), 4096)).isFalse();
  }
}
