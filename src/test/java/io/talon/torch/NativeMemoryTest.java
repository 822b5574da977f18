package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Structure;
import io.talon.decode.Coupling;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.draft.policy.TalonPolicy;
import io.talon.torch.script.Argument;
import io.talon.torch.script.ScriptModule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rounds leave nothing behind in native memory, by the count of the module and by that of the allocator. */
class NativeMemoryTest {
  private static final DemoPrompts.Settings SAMPLED = new DemoPrompts.Settings(0.7, 0, 0.9, 0);
  /** What the JVM's own compiler and collector may come to hold meanwhile; one tensor of features a round would be twice this. */
  private static final long SLACK_BYTES = 12 << 20;

  /** The answer of glibc's mallinfo2, sums over all arenas. */
  @Structure.FieldOrder({
    "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"
  })
  public static final class MallInfo extends Structure implements Structure.ByValue {
    public long arena;
    public long ordblks;
    public long smblks;
    public long hblks;
    public long hblkhd; // bytes in blocks that were mapped
    public long usmblks;
    public long fsmblks;
    public long uordblks; // bytes in use otherwise
    public long fordblks;
    public long keepcost;
  }

  @Test
  void aThousandRoundsLeaveNoMoreThanTen() {
    try (TorchEngine engine = TorchEngine.open(Demo.options(2, 8, 8))) {
      int afterTen = liveAfter(engine, 10);
      int afterThousand = liveAfter(engine, 1000);
      assertThat(afterThousand).as("live native tensors and values").isEqualTo(afterTen);
      assertThat(afterTen).as("live native tensors and values between calls").isZero();
    }
  }

  @Test
  void theAllocatorGivesOutNoMoreAfterAThousandRounds() {
    assumeThat(hasMallInfo()).as("the C library says what it has given out (glibc 2.33 or newer)").isTrue();
    try (TorchEngine engine = TorchEngine.open(Demo.options(2, 8, 8))) {
      liveAfter(engine, 1000);
      long before = bytesGivenOut();
      liveAfter(engine, 1000);
      assertThat(bytesGivenOut() - before).as("bytes that a thousand rounds left behind").isLessThan(SLACK_BYTES);
    }
  }

  @Test
  void theAllocatorsCountNoticesATensorThatIsKept() {
    assumeThat(hasMallInfo()).as("the C library says what it has given out (glibc 2.33 or newer)").isTrue();
    String source = """
        class Keeper(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          kept : List[Tensor]
          def keep(self: __torch__.Keeper, floats: int) -> int:
            self.kept.append(torch.ones([floats], dtype=6))
            return torch.len(self.kept)
        """;
    try (ScriptModule keeper = ScriptModule.load(source, Device.cpu())) {
      long before = bytesGivenOut();
      for (int i = 0; i < 1000; i++) {
        keeper.number("keep", Argument.of(8 * 768)); // the features of eight rows
      }
      assertThat(bytesGivenOut() - before).as("bytes of a thousand kept tensors").isGreaterThan(SLACK_BYTES);
    }
  }

  private static boolean hasMallInfo() {
    try {
      return bytesGivenOut() > 0;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  private static long bytesGivenOut() {
    Function mallInfo = NativeLibrary.getInstance("c").getFunction("mallinfo2");
    MallInfo info = (MallInfo) mallInfo.invoke(MallInfo.class, new Object[0]);
    return info.uordblks + info.hblkhd;
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
