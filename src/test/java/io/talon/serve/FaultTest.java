package io.talon.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.torch.script.Argument;
import io.talon.torch.script.ScriptModule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PROCESS | CUDA error: an illegal memory access was encountered",
        "PROCESS | CUDA error: device-side assert triggered",
        "PROCESS | CUDA error: unspecified launch failure",
        "PROCESS | CUDA error: uncorrectable ECC error encountered",
        "PROCESS | CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasGemmEx( handle, opa, opb)`",
        "PROCESS | CUDA error: CUBLAS_STATUS_INTERNAL_ERROR when calling `cublasCreate(handle)`",
        "PROCESS | cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
        "PROCESS | CUDA error: an error nobody has heard of",
        "PROCESS | CUDA driver error: device not ready",
        "MEMORY  | CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.10 GiB",
        "MEMORY  | CUDA error: out of memory",
        "MEMORY  | CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "MEMORY  | CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`",
        "MEMORY  | cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "MEMORY  | [enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes",
        "MEMORY  | DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes.",
        "MEMORY  | std::bad_alloc",
        "ROW     | CUDA error: invalid configuration argument",
        "ROW     | CUDA error: no kernel image is available for execution on the device",
        "ROW     | CUDA error: CUBLAS_STATUS_NOT_SUPPORTED when calling `cublasLtMatmul( ltHandle )`",
        "ROW     | index 9 is out of bounds for dimension 0 with size 4",
      })
  void messagesSayWhatIsLost(Fault fault, String message) {
    TalonException wrapped = new TalonException(
        ErrorCode.ENGINE, "verify failed", new IllegalStateException("native", new RuntimeException(message)));
    assertThat(Fault.of(wrapped)).isEqualTo(fault);
  }

  @Test
  void buffersOutsideTheHeapNeedFewerRowsAndAFullHeapAnotherProcess() {
    assertThat(Fault.of(new OutOfMemoryError("Cannot reserve 9 bytes of direct buffer memory (allocated: 8, limit: 16)")))
        .isEqualTo(Fault.MEMORY);
    OutOfMemoryError full = assertThrows(OutOfMemoryError.class, () -> fill(Integer.MAX_VALUE - 8));
    assertThat(full).hasMessage("Java heap space");
    assertThat(Fault.of(full)).isEqualTo(Fault.PROCESS);
  }

  @Test
  void theLibrarysOwnWordsForALackOfMemoryAreKnown() {
    String source = """
        class Hog(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          def take(self: __torch__.Hog, elements: int) -> int:
            return torch.size(torch.empty([elements], dtype=6), 0)
        """;
    try (ScriptModule hog = ScriptModule.load(source, Device.cpu())) {
      assertThatThrownBy(() -> hog.number("take", Argument.of(1L << 50)))
          .satisfies(refusal -> assertThat(Fault.of(refusal)).as("%s", refusal.getMessage()).isEqualTo(Fault.MEMORY));
      assertThat(hog.number("take", Argument.of(8L))).as("Should serve on").isEqualTo(8);
    }
  }

  @Test
  void whatSaysNothingMayBeARowsFault() {
    assertThat(Fault.of(new NullPointerException())).isEqualTo(Fault.ROW);
    assertThat(Fault.of(new StackOverflowError())).isEqualTo(Fault.ROW);
  }

  private static long[] fill(int longs) {
    return new long[longs];
  }
}
