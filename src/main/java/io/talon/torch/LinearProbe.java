package io.talon.torch;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import io.talon.TalonException;

/** Finds out by trying whether this CPU is fast at bf16: the same linear layer in float32 and in bf16, a few dozen calls. */
final class LinearProbe {
  /** The speedup of a type that the CPU cannot pack at all. */
  static final double UNSUPPORTED = 0;

  private static final String SOURCE =
      """
      class Probe(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        weights : List[Tensor]
        def prepare(self: __torch__.Probe, dtype: int) -> int:
          weight = torch.mul(torch.ones([2048, 2048], dtype=dtype), 0.00048828125)
          self.weights.append(ops.mkldnn._reorder_linear_weight(weight))
          return torch.len(self.weights)
        def repeat(self: __torch__.Probe, weight: int, dtype: int, calls: int) -> Tensor:
          x = torch.ones([4, 2048], dtype=dtype)
          for i in range(calls):
            x = ops.mkldnn._linear_pointwise(x, self.weights[weight], None, "none", annotate(List[Optional[number]], []), "")
          return torch.to(x, 6)
      """;
  private static final int CALLS = 1;
  private static final int REPEATS = 40;

  private LinearProbe() {}

  /**
   * How many times faster bf16 is than float32 here, {@link #UNSUPPORTED} when it does not run.
   *
   * <p>One thread, short calls in turn, and the best time of each: a busy machine has to answer as a quiet one, since texts must
   * not hang on who else was running.
   */
  static double bf16Speedup() {
    int threads = TorchRuntime.useThreads(0);
    JniUtils.setNumThreads(1);
    try (ScriptModule probe = ScriptModule.load(SOURCE, Device.cpu())) {
      probe.number("prepare", Argument.of((long) EngineScript.FLOAT32));
      try {
        probe.number("prepare", Argument.of((long) EngineScript.BFLOAT16));
        double full = Double.MAX_VALUE;
        double half = Double.MAX_VALUE;
        for (int i = 0; i < REPEATS; i++) {
          full = Math.min(full, nanos(probe, 0, EngineScript.FLOAT32));
          half = Math.min(half, nanos(probe, 1, EngineScript.BFLOAT16));
        }
        return full / half;
      } catch (TalonException e) {
        return UNSUPPORTED;
      }
    } finally {
      JniUtils.setNumThreads(threads);
    }
  }

  private static double nanos(ScriptModule probe, int weight, int type) {
    long start = System.nanoTime();
    // the script would drop products that nobody reads
    probe.floats("repeat", Argument.of((long) weight), Argument.of((long) type), Argument.of((long) CALLS));
    return System.nanoTime() - start;
  }
}
