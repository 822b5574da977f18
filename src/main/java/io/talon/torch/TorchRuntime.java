package io.talon.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.engine.ComputeType;

/** The native library of this process: devices, threads, and which numeric type is fast here. */
final class TorchRuntime {
  /** How many times faster bf16 must be than float32 before it is taken unasked. */
  static final double WORTHWHILE = 1.1;

  private TorchRuntime() {}

  /** Loads the native library; what it may not do is download anything unless it was told that it may. */
  private static Engine engine() {
    if (System.getProperty("ai.djl.offline") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
    if (System.getProperty("OPT_OUT_TRACKING") == null) {
      System.setProperty("OPT_OUT_TRACKING", "true");
    }
    try {
      return Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError e) {
      throw new TalonException(ErrorCode.ENGINE, "libtorch could not be loaded: " + e.getMessage(), e);
    }
  }

  /** The device as DJL knows it; DEVICE when CUDA is asked for and not there, since DJL would silently take the CPU. */
  static Device device(String name) {
    Engine engine = engine();
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    int index = name.equals("cuda") ? 0 : Integer.parseInt(name.substring("cuda:".length()));
    int count = engine.getGpuCount();
    if (count <= index) {
      throw new TalonException(
          ErrorCode.DEVICE,
          "device %s was asked for, but %s CUDA device(s) are visible to libtorch %s; use --device cpu, or give the job a GPU, "
              .formatted(name, count, engine.getVersion())
              + "its driver and a CUDA build of libtorch (PYTORCH_LIBRARY_PATH, PYTORCH_FLAVOR)");
    }
    return Device.gpu(index);
  }

  /** Sets the CPU threads of the whole process; 0 leaves the library's choice. Returns how many there are. */
  static int useThreads(int threads) {
    engine();
    if (threads > 0 && JniUtils.getNumThreads() != threads) {
      JniUtils.setNumThreads(threads);
    }
    return JniUtils.getNumThreads();
  }

  /** Whether to compute in bf16; DEVICE when it was asked for by name and this CPU cannot. */
  static boolean bf16(ComputeType wanted, Device device) {
    if (wanted == ComputeType.FP32) {
      return false;
    }
    if (device.isGpu()) {
      return true;
    }
    return bf16(wanted, LinearProbe.bf16Speedup());
  }

  /**
   * Whether to compute in bf16 on this CPU.
   *
   * @param speedup of bf16 over float32 here
   */
  static boolean bf16(ComputeType wanted, double speedup) {
    if (wanted == ComputeType.BF16 && speedup == LinearProbe.UNSUPPORTED) {
      throw new TalonException(
          ErrorCode.DEVICE,
          "dtype bf16 was asked for, but this CPU cannot pack bf16 weights (it needs AVX-512 with bf16 or AMX); "
              + "use --dtype fp32 or --dtype auto");
    }
    return switch (wanted) {
      case FP32 -> false;
      case BF16 -> true;
      case AUTO -> speedup > WORTHWHILE;
    };
  }
}
