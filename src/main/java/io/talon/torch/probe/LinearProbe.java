package io.talon.torch.probe;

import static io.talon.TalonException.check;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.engine.ComputeType;
import io.talon.torch.module.EngineScript;
import io.talon.torch.script.Argument;
import io.talon.torch.script.ScriptModule;
import io.talon.torch.script.TorchRuntime;

/** Decides what to compute in, by trying whether this CPU is fast at bf16: the same linear layer in float32 and in bf16, a few dozen calls. */
public final class LinearProbe {
  /** The speedup of a type that the CPU cannot pack at all. */
  public static final double UNSUPPORTED = 0;

  /** How many times faster bf16 must be than float32 before it is taken unasked. */
  static final double WORTHWHILE = 1.1;

  /** The first GPUs that multiply in bf16; older ones (V100, T4) only pretend to, slowly. */
  private static final int BF16_CAPABILITY = 80;

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

  /** What to compute in; DEVICE when it was asked for by name and the device cannot. */
  public static ComputeType type(ComputeType wanted, Device device) {
    if (wanted == ComputeType.INT8) {
      check(!device.isGpu(), ErrorCode.DEVICE, "weights int8 are for the CPU, and the device is a GPU; use --weights full");
      return wanted;
    }
    return bf16(wanted, device) ? ComputeType.BF16 : ComputeType.FP32;
  }

  private static boolean bf16(ComputeType wanted, Device device) {
    if (wanted == ComputeType.FP32) {
      return false;
    }
    if (device.isGpu()) {
      return bf16OnGpu(wanted, TorchRuntime.computeCapability(device));
    }
    return bf16(wanted, bf16Speedup());
  }

  /**
   * Whether to compute in bf16 on a GPU.
   *
   * @param capability of the device, 80 for 8.0
   */
  static boolean bf16OnGpu(ComputeType wanted, int capability) {
    if (wanted == ComputeType.BF16 && capability < BF16_CAPABILITY) {
      throw new TalonException(
          ErrorCode.DEVICE,
          "dtype bf16 was asked for, but this GPU has compute capability %d.%d and bf16 needs 8.0 (A100, L4 and later); "
              .formatted(capability / 10, capability % 10)
              + "use --dtype fp32 or --dtype auto");
    }
    return wanted != ComputeType.FP32 && capability >= BF16_CAPABILITY;
  }

  /**
   * Whether to compute in bf16 on this CPU.
   *
   * @param speedup of bf16 over float32 here
   */
  static boolean bf16(ComputeType wanted, double speedup) {
    if (wanted == ComputeType.BF16 && speedup == UNSUPPORTED) {
      throw new TalonException(
          ErrorCode.DEVICE,
          "dtype bf16 was asked for, but this CPU cannot pack bf16 weights (it needs AVX-512 with bf16 or AMX); "
              + "use --dtype fp32 or --dtype auto");
    }
    return switch (wanted) {
      case FP32, INT8 -> false;
      case BF16 -> true;
      case AUTO -> speedup > WORTHWHILE;
    };
  }

  /**
   * How many times faster bf16 is than float32 here, {@link #UNSUPPORTED} when it does not run.
   *
   * <p>One thread, short calls in turn, and the best time of each: a busy machine has to answer as a quiet one, since texts must
   * not hang on who else was running.
   */
  public static double bf16Speedup() {
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
