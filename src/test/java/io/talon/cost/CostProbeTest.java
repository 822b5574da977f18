package io.talon.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.engine.HashEngine;
import org.junit.jupiter.api.Test;

/** The probe on an engine that insists on its contract, with a clock that only forwards move. */
class CostProbeTest {
  private static final long TARGET = 1000;
  private static final long DRAFT = 10;

  @Test
  void everyKindOfCallIsTimedAloneAndInEveryShape() {
    HashEngine engine = new HashEngine(HashEngine.spec(100, 60, 3, 400), 5, 0.5);
    CostTable table = CostProbe.measure(
        engine, () -> TARGET * engine.targetForwards() + DRAFT * engine.draftForwards(), Long.MAX_VALUE / 2);
    assertThat(engine.liveSlots()).as("Should leave the engine empty").isZero();
    assertThat(table.verify().slots()).containsExactly(1, 2, 3);
    for (int i = 0; i < 3; i++) {
      assertThat(table.verify().rows()[i]).containsExactly(1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64);
      assertThat(table.verify().nanos()[i]).containsOnly(TARGET);
      assertThat(table.root().nanos()[i]).containsExactly(DRAFT);
      assertThat(table.layer().rows()[i]).containsExactly(1, 2, 3, 4, 5, 6, 8);
      assertThat(table.layer().nanos()[i]).containsOnly(DRAFT);
      assertThat(table.commit().nanos()[i]).containsExactly(0, 0);
    }
    assertThat(table.context()).isEqualTo(24);
    assertThat(table.contextPerSlot()).isZero();
    assertThat(table.contextPerRow()).isZero();
  }

  @Test
  void whenTimeIsUpTheTableEndsWithTheShapeThatWasBegun() {
    HashEngine engine = new HashEngine(HashEngine.spec(100, 60, 3, 400), 5, 0.5);
    CostTable table = CostProbe.measure(engine, () -> TARGET * engine.targetForwards(), 30 * TARGET);
    assertThat(engine.liveSlots()).isZero();
    assertThat(table.verify().slots()).containsExactly(1);
    assertThat(table.verify().rows()[0].length).isBetween(2, 5);
  }
}
