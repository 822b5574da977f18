package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.talon.decode.Coupling;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.draft.policy.TalonPolicy;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.EngineOptions;
import io.talon.model.RopeSpec;
import io.talon.model.TargetSpec;
import io.talon.torch.module.Attention;
import io.talon.torch.module.EngineLayout;
import io.talon.torch.module.EngineScript;
import io.talon.torch.module.Weights;
import io.talon.torch.script.Argument;
import io.talon.torch.script.ScriptModule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tensor made from a buffer reads the buffer's memory: garbage collected between the making and the reading, and memory that
 * is given out again and overwritten, change nothing that the script gets or keeps.
 */
class BorrowedMemoryTest {
  private static final Path TINY = Path.of("src/test/resources/tiny/tiny-llama");

  private final Set<String> pressed = new HashSet<>();

  @TempDir
  Path directory;

  @AfterEach
  void release() {
    ScriptModule.beforeEachCall = method -> {};
  }

  /** Collects garbage and writes over what was freed, before the script reads the arguments of these methods. */
  private void press(String... methods) {
    List<String> wanted = List.of(methods);
    ScriptModule.beforeEachCall = method -> {
      if (wanted.contains(method)) {
        pressed.add(method);
        collectAndOverwrite();
      }
    };
  }

  private static void collectAndOverwrite() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    // the cleaner frees buffers on a thread of its own
    pause();
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(16 << i % 10);
      while (buffer.remaining() >= Integer.BYTES) {
        buffer.putInt(0x4B4B4B4B);
      }
      buffers.add(buffer);
    }
    assertThat(buffers).hasSize(2000);
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void rotationsAreMadeOfTheFrequenciesThatWereGiven() {
    TargetSpec target = TargetSpec.read(TINY);
    EngineLayout layout = new EngineLayout("cpu", ComputeType.FP32, 1, 64, 1, 1, false, Attention.IN_ORDER, true, 1, false, 0);
    try (ScriptModule module = module(target, layout)) {
      press("allocate_tables");
      float[] inverse = target.rope().inverseFrequencies(target.headDim());
      module.number("allocate_tables", Argument.floats(inverse, inverse.length), Argument.floats(new float[] {1}, 1));
      assertThat(pressed).containsExactly("allocate_tables");
      new SelfCheck(module, layout).rotations(target.rope(), target.headDim(), false);
      float[] first = module.floats("rotations_of", Argument.of(true), Argument.integers(new int[] {1}, 1, 1));
      assertThat(first[0]).as("cosine of the head's table").isCloseTo((float) Math.cos(1), within());
    }
  }

  @Test
  void idsAreKeptAsTheyWereGiven() {
    TargetSpec target = TargetSpec.read(TINY);
    EngineLayout layout = new EngineLayout("cpu", ComputeType.FP32, 1, 64, 1, 1, false, Attention.IN_ORDER, true, 1, false, 0);
    try (ScriptModule module = module(target, layout)) {
      RopeSpec rope = target.rope();
      float[] inverse = rope.inverseFrequencies(target.headDim());
      module.number("allocate_tables", Argument.floats(inverse, inverse.length), Argument.floats(inverse, inverse.length));
      press("stage", "store");
      int[] ids = IntStream.range(0, 100).map(i -> 3 * i).toArray();
      Weights.storeIds(module, ids);
      assertThat(pressed).containsExactlyInAnyOrder("stage", "store");
      new SelfCheck(module, layout).ids(ids);
    }
  }

  @Test
  void weightsThatCannotBeMappedAreKeptAsTheyWereRead() throws IOException {
    Path odd = AlteredModel.copy(TINY, directory.resolve("odd"), "", 0, 0, 1);
    float[] expected;
    try (TorchEngine engine = TorchEngine.open(options(TINY))) {
      expected = engine.inspect(0, new int[] {5, 9, 17});
    }
    press("stage", "store");
    try (TorchEngine engine = TorchEngine.open(options(odd))) {
      assertThat(pressed).containsExactlyInAnyOrder("stage", "store");
      assertThat(engine.inspect(0, new int[] {5, 9, 17})).isEqualTo(expected);
    }
  }

  @Test
  void roundsReadTheRowsThatTheyWereGiven() {
    DemoPrompts.Settings sampled = new DemoPrompts.Settings(0.7, 0, 0.9, 0);
    List<GenerationRequest> requests = DemoPrompts.requests(2, 6, sampled, null);
    try (TorchEngine engine = TorchEngine.open(Demo.options(2, 8, 8))) {
      Map<String, Generation> expected = DemoPrompts.decode(engine, new TalonPolicy(8, 4, 0.03), new Coupling.Shared(), requests);
      press("prefill", "verify", "commit", "draft_root", "draft_layer");
      Map<String, Generation> found = DemoPrompts.decode(engine, new TalonPolicy(8, 4, 0.03), new Coupling.Shared(), requests);
      assertThat(pressed).containsExactlyInAnyOrder("prefill", "verify", "commit", "draft_root", "draft_layer");
      expected.forEach((id, generation) -> {
        assertThat(found.get(id).tokens()).as(id).isEqualTo(generation.tokens());
        assertThat(found.get(id).stats().rounds()).as("rounds of %s", id).isEqualTo(generation.stats().rounds());
      });
    }
  }

  private static Offset<Float> within() {
    return Assertions.within(1e-6f);
  }

  private static ScriptModule module(TargetSpec target, EngineLayout layout) {
    return ScriptModule.load(EngineScript.text(target, null, layout, 1), Device.cpu());
  }

  private static EngineOptions options(Path target) {
    return new EngineOptions(target, null, ComputeType.FP32, "cpu", 1, 1, 0, 1, 1, true, DraftWeights.FULL);
  }
}
