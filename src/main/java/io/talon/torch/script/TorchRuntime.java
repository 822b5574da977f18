package io.talon.torch.script;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.machine.FreeMemory;
import io.talon.machine.NativeHeap;
import java.lang.management.MemoryUsage;

/** The native library of this process: its devices and threads. */
public final class TorchRuntime {
  private TorchRuntime() {}

  /** Loads the native library; what it may not do is download anything unless it was told that it may. */
  private static Engine engine() {
    if (System.getProperty("ai.djl.offline") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
    if (System.getProperty("OPT_OUT_TRACKING") == null) {
      System.setProperty("OPT_OUT_TRACKING", "true");
    }
    NativeHeap.keep();
    try {
      return Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError e) {
      throw new TalonException(ErrorCode.ENGINE, "libtorch could not be loaded: " + e.getMessage(), e);
    }
  }

  /** The device as DJL knows it; DEVICE when CUDA is asked for and not there, since DJL would silently take the CPU. */
  public static Device device(String name) {
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

  /** Bytes of memory that are still to be had on a device; the largest long where nobody says. */
  public static long freeBytes(Device device) {
    if (!device.isGpu()) {
      return FreeMemory.ofHost();
    }
    try {
      MemoryUsage memory = CudaUtils.getGpuMemory(device);
      return memory.getMax() - memory.getUsed();
    } catch (RuntimeException | LinkageError e) { // a CUDA runtime that DJL cannot reach; the allocator will tell
      return Long.MAX_VALUE;
    }
  }

  /** Compute capability of a GPU, 80 for 8.0. */
  public static int computeCapability(Device device) {
    return Integer.parseInt(CudaUtils.getComputeCapability(device.getDeviceId()));
  }

  /** Sets the CPU threads of the whole process; 0 leaves the library's choice. Returns how many there are. */
  public static int useThreads(int threads) {
    engine();
    if (threads > 0 && JniUtils.getNumThreads() != threads) {
      JniUtils.setNumThreads(threads);
    }
    return JniUtils.getNumThreads();
  }
}
