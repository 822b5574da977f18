package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.decode.Coupling;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.draft.policy.TalonPolicy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rounds leave nothing behind in native memory. */
class NativeMemoryTest {
  private static final DemoPrompts.Settings SAMPLED = new DemoPrompts.Settings(0.7, 0, 0.9, 0);

  @Test
  void aThousandRoundsLeaveNoMoreLiveTensorsThanTen() {
    try (TorchEngine engine = TorchEngine.open(Demo.options(2, 8, 8))) {
      int afterTen = liveAfter(engine, 10);
      int afterThousand = liveAfter(engine, 1000);
      assertThat(afterThousand).as("live native tensors and values").isEqualTo(afterTen);
      assertThat(afterTen).as("live native tensors and values between calls").isZero();
    }
  }

  private static int liveAfter(TorchEngine engine, int rounds) {
    List<GenerationRequest> requests = DemoPrompts.requests(12, 48, SAMPLED, null);
    int done = 0;
    while (done < rounds) {
      Map<String, Generation> finished = DemoPrompts.decode(engine, new TalonPolicy(8, 4, 0.03), new Coupling.Shared(), requests);
      done += finished.values().stream().mapToInt(generation -> generation.stats().rounds()).sum();
    }
    return engine.liveNatives();
  }
}
