package io.talon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.conf.DraftOptions;
import io.talon.cost.CostTable;
import io.talon.decode.Coupling;
import io.talon.decode.GenerationRequest;
import io.talon.draft.EngineDrafter;
import io.talon.draft.policy.NoDraft;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.Engine;
import io.talon.engine.Engine.Advance;
import io.talon.engine.Engine.Part;
import io.talon.engine.EngineOptions;
import io.talon.engine.Sampling;
import io.talon.torch.TorchEngines;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BenchCaseTest {
  @Test
  void everyMeasurementRunsAllOfThePrompts() {
    List<GenerationRequest> requests = IntStream.range(0, 2)
        .mapToObj(i -> new GenerationRequest(
            "prompt-" + i, 0, 0, new Random(i).ints(30, 3, 128).toArray(), Sampling.GREEDY, 4, null))
        .toList();
    Path model = Path.of("src/test/resources/tiny/tiny-llama");
    EngineOptions options = new EngineOptions(model, null, ComputeType.FP32, "cpu", 1, 2, 64, 1, 1, true, DraftWeights.FULL);
    AtomicInteger rows = new AtomicInteger();
    try (Engine engine = TorchEngines.open(options)) {
      BenchCase plain = benchCase(counting(engine, rows));
      BenchCase other = benchCase(counting(engine, rows));
      plain.measure(requests);
      assertThat(rows.getAndSet(0)).isEqualTo(60);
      other.measure(requests);
      assertThat(rows.get()).as("prompt rows of the second case, of which the first has left all in the slots").isEqualTo(60);
    }
  }

  private static BenchCase benchCase(Engine engine) {
    DraftOptions plain = new DraftOptions(new NoDraft(), 1, new Coupling.None());
    return new BenchCase(plain, EngineDrafter::new, 2, engine, new int[0], any -> CostTable.ASSUMED);
  }

  /** Counts the rows of prompts that an engine runs. */
  private static Engine counting(Engine engine, AtomicInteger rows) {
    return (Engine) Proxy.newProxyInstance(Engine.class.getClassLoader(), new Class<?>[] {Engine.class},
        (proxy, method, given) -> {
          Object result = method.invoke(engine, given);
          if (method.getName().equals("advance")) {
            rows.addAndGet(((Advance) result).parts().stream().mapToInt(Part::rows).sum());
          }
          return result;
        });
  }
}
