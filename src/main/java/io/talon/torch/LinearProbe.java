package io.talon.torch;

import ai.djl.Device;
import ai.djl.pytorch.jni.IValue;
import io.talon.TalonException;
import java.util.Arrays;

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
          self.weights = [ops.mkldnn._reorder_linear_weight(torch.ones([1024, 1024], dtype=dtype))]
          return 0
        def repeat(self: __torch__.Probe, dtype: int, calls: int) -> int:
          x = torch.ones([4, 1024], dtype=dtype)
          for i in range(calls):
            _ = ops.mkldnn._linear_pointwise(x, self.weights[0], None, "none", annotate(List[Optional[number]], []), "")
          return calls
      """;
  private static final int CALLS = 16;
  private static final int REPEATS = 5;

  private LinearProbe() {}

  /** How many times faster bf16 is than float32 here, {@link #UNSUPPORTED} when it does not run. */
  static double bf16Speedup() {
    try (ScriptModule probe = ScriptModule.load(SOURCE, Device.cpu())) {
      double full = median(probe, EngineScript.FLOAT32);
      try {
        return full / median(probe, EngineScript.BFLOAT16);
      } catch (TalonException e) {
        return UNSUPPORTED;
      }
    }
  }

  private static double median(ScriptModule probe, int type) {
    probe.number("prepare", IValue.from(type));
    double[] nanos = new double[REPEATS + 1];
    for (int i = 0; i <= REPEATS; i++) {
      long start = System.nanoTime();
      probe.number("repeat", IValue.from(type), IValue.from(CALLS));
      nanos[i] = System.nanoTime() - start;
    }
    double[] warm = Arrays.copyOfRange(nanos, 1, nanos.length);
    Arrays.sort(warm);
    return warm[REPEATS / 2];
  }
}
