package io.talon.serve;

import java.util.List;
import java.util.Locale;

/** What a failure of an engine means for what comes after it; read off the messages of libtorch and of the JVM. */
enum Fault {
  /** One of the live rows may be to blame; an engine that is opened again serves the others. */
  ROW,
  /** There was not enough memory; fewer rows at a time need less. */
  MEMORY,
  /** The process is of no more use: its CUDA context is lost, or its heap is full. Only another process goes on. */
  PROCESS;

  /** Allocators of libtorch on the GPU and on the host, of cuBLAS and cuDNN, and of the JVM outside its heap. */
  private static final List<String> OF_MEMORY = List.of(
      "out of memory",
      "not enough memory",
      "can't allocate memory",
      "cannot allocate memory",
      "std::bad_alloc",
      "cublas_status_alloc_failed",
      "cublas_status_not_initialized", // what a handle says that found no room
      "cudnn_status_alloc_failed",
      "cudnn_status_not_initialized",
      "direct buffer memory");

  /** Errors of CUDA that name a wrong call and leave the context as it was. */
  private static final List<String> HARMLESS = List.of(
      "cuda error: invalid argument",
      "cuda error: invalid configuration argument",
      "cuda error: invalid device ordinal",
      "cuda error: invalid resource handle",
      "cuda error: invalid device function",
      "cuda error: no kernel image is available",
      "cuda error: no cuda-capable device is detected",
      "cuda error: operation not supported",
      "cuda error: too many resources requested for launch",
      "cublas_status_invalid_value",
      "cublas_status_not_supported",
      "cublas_status_arch_mismatch",
      "cudnn_status_bad_param",
      "cudnn_status_not_supported",
      "cudnn_status_arch_mismatch");

  /** Errors after which every later call in the context fails: CUDA calls them sticky. Any other of these libraries is taken for one. */
  private static final List<String> STICKY = List.of(
      "cuda error",
      "cuda driver error",
      "cuda kernel errors might be asynchronously reported",
      "device-side assert",
      "an illegal memory access was encountered",
      "an illegal instruction was encountered",
      "misaligned address",
      "unspecified launch failure",
      "uncorrectable ecc error",
      "the launch timed out and was terminated",
      "cublas_status_",
      "cublas error",
      "cudnn_status_",
      "cudnn error",
      "nccl error");

  /** What a throwable or one of its causes says; the first in the chain that says anything decides. */
  static Fault of(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage() == null ? "" : cause.getMessage().toLowerCase(Locale.ROOT);
      if (OF_MEMORY.stream().anyMatch(message::contains)) {
        return MEMORY;
      }
      if (cause instanceof OutOfMemoryError || cause instanceof InternalError) { // of the heap, of threads, of the JVM itself
        return PROCESS;
      }
      if (STICKY.stream().anyMatch(message::contains)) {
        return HARMLESS.stream().anyMatch(message::contains) ? ROW : PROCESS;
      }
    }
    return ROW;
  }
}
