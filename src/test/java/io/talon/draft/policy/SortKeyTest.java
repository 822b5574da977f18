package io.talon.draft.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SortKeyTest {
  @Test
  void bestScoresComeFirstAndOfEqualOnesTheFirst() {
    float[] scores = {-2f, -0f, -1f, 0f, -1f, -Float.MAX_VALUE, -Float.MIN_VALUE};
    long[] keys = new long[scores.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = SortKey.of(scores[i], i);
    }
    Arrays.sort(keys);
    assertThat(Arrays.stream(keys).mapToInt(SortKey::index)).containsExactly(1, 3, 6, 2, 4, 0, 5);
  }
}
