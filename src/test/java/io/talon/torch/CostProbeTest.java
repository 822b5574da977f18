package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cost.CostProbe;
import io.talon.cost.CostTable;
import io.talon.engine.Drafting;
import io.talon.engine.Sampling;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Costs that are measured on the demo pair. */
class CostProbeTest {
  private static final int SLOTS = 4;

  @Test
  void whereThereIsNoTimeTwoShapesOfAFullBatchAreMeasuredAndNoMore() {
    try (TorchEngine engine = EngineOpener.open(Demo.options(SLOTS, 32, 40), false)) {
      RecordingEngine recording = new RecordingEngine(engine);
      CostTable table = CostProbe.measure(recording, System::nanoTime, 0).table();
      assertThat(table.verify().slots()).containsExactly(SLOTS);
      assertThat(table.verify().rows()[0]).containsExactly(1, 2);
      assertThat(recording.trees).as("five rounds of either").hasSize(2 * 5 * SLOTS);
    }
  }

  @Test
  void whereThereIsTimeAllNumbersOfSequencesAreAndTheEngineIsLeftEmpty() {
    try (TorchEngine engine = EngineOpener.open(Demo.options(SLOTS, 32, 40), false)) {
      CostTable table = CostProbe.measure(engine, System::nanoTime, TimeUnit.SECONDS.toNanos(60)).table();
      assertThat(table.verify().slots()).containsExactly(1, 2, SLOTS);
      for (int i = 0; i < 3; i++) {
        assertThat(table.verify().rows()[i]).startsWith(1, 2, 3, 4).isSorted();
        assertThat(table.verify().nanos()[i]).isSorted();
        assertThat(table.verify().nanos()[i][0]).isPositive();
      }
      assertThat(table.context()).isEqualTo(96);
      for (int slot = 0; slot < SLOTS; slot++) {
        engine.prefill(slot, new int[] {3, 4, 5}, Sampling.GREEDY, Drafting.UNCOUPLED);
      }
    }
  }

  /** A line of one point would say that twice the rows take twice the time. */
  @Test
  void whereverTheTimeEndsNoLineHasOnePoint() {
    try (TorchEngine engine = EngineOpener.open(Demo.options(SLOTS, 32, 40), false)) {
      for (long allowed = 100; allowed < 600; allowed += 25) { // readings of the clock
        CostTable table = CostProbe.measure(engine, new AtomicLong()::incrementAndGet, allowed).table();
        for (int[] rows : table.verify().rows()) {
          assertThat(rows).as("of a clock that ends at %s", allowed).hasSizeGreaterThan(1);
        }
      }
    }
  }
}
