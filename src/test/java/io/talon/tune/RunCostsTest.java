package io.talon.tune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RunCostsTest {
  @Test
  void forwardsArePricedBetweenAndBeyondMeasuredRows() {
    RunCosts costs = new RunCosts(new TreeMap<>(Map.of(8, 2.0, 16, 3.0, 24, 2.9, 32, 5.0)), 0.5, 0.1);
    assertThat(costs.verify(8)).isEqualTo(2);
    assertThat(costs.verify(12)).isEqualTo(2.5);
    assertThat(costs.verify(20)).as("A fall is noise").isEqualTo(3);
    assertThat(costs.verify(32)).isEqualTo(5);
    assertThat(costs.verify(42)).as("On the slope of 0.1125 that fits best").isCloseTo(6.125, Offset.offset(1e-9));
    assertThat(costs.verify(4)).isCloseTo(1.55, Offset.offset(1e-9));
    assertThat(costs.verify(0)).isCloseTo(1.1, Offset.offset(1e-9));
  }

  @Test
  void theCheapestSettingOfEachBatchSizeIsRecommended() {
    RecordedRound sure = new RecordedRound(new int[] {0, 1, 2}, new float[] {-.1f, -.2f, -.3f}, new int[] {1, 2, 3}, 3);
    TreeSetting recorded = new TreeSetting(4, 1, 1);
    RunCosts flat = new RunCosts(new TreeMap<>(Map.of(1, 1.0, 100, 1.0)), 0.1, 0);
    Tuner.Advice advice = new Tuner(recorded, flat, Map.of("chat", List.of(sure))).advise(List.of(1)).get(0);
    assertThat(advice.best().outcome().setting()).isEqualTo(recorded);
    assertThat(advice.best().tokensPerSecond()).isCloseTo(4 / 1.3 * 1e3, Offset.offset(1e-6));
    assertThat(advice.plain().tokensPerSecond()).isCloseTo(1e3, Offset.offset(1e-6));
    assertThat(advice.best().outcome().setting().options()).isEqualTo("--policy chain --budget 4");

    RunCosts perRow = new RunCosts(new TreeMap<>(Map.of(1, 1.0, 101, 101.0)), 0.5, 0);
    Tuner.Advice dear = new Tuner(recorded, perRow, Map.of("chat", List.of(sure))).advise(List.of(8)).get(0);
    assertThat(dear.best().outcome().setting()).as("Where rows cost in full, drafts pay nothing").isEqualTo(TreeSetting.PLAIN);
    assertThat(dear.best().outcome().setting().options()).isEqualTo("--policy ar");
  }
}
