package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.EngineOptions;
import io.talon.torch.probe.LinearProbe;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot work is said before a weight is read: what was wrong, and what to do. */
class OpenErrorsTest {
  @Test
  void cudaWithoutCudaIsRefusedAtOnce() {
    EngineOptions options =
        new EngineOptions(Demo.TARGET, Demo.HEAD, ComputeType.AUTO, "cuda:97", 0, 1, 0, 1, 1, true, DraftWeights.FULL);
    assertThatThrownBy(() -> TorchEngine.open(options))
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEVICE))
        .hasMessageContaining("device cuda:97 was asked for")
        .hasMessageContaining("--device cpu");
  }

  @Test
  void cachesThatDoNotFitAreNotTaken() {
    EngineOptions options =
        new EngineOptions(Demo.TARGET, Demo.HEAD, ComputeType.FP32, "cpu", 1, 1 << 22, 0, 8, 8, true, DraftWeights.FULL);
    assertThatThrownBy(() -> TorchEngine.open(options))
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY))
        .hasMessageMatching(
            "the weights take 3\\d\\.\\d MB and the caches of 4194304 sequences of up to 1024 tokens \\d+\\.\\d TB, "
                + "and the host has \\d+\\.\\d [GM]B left; give a smaller --batch or --max-context, or a machine with more memory");
  }

  @Test
  void bf16WorksOrIsRefusedByName() {
    EngineOptions options = new EngineOptions(Demo.TARGET, null, ComputeType.BF16, "cpu", 1, 1, 0, 1, 1, true, DraftWeights.FULL);
    if (LinearProbe.bf16Speedup() == LinearProbe.UNSUPPORTED) {
      assertThatThrownBy(() -> TorchEngine.open(options))
          .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEVICE))
          .hasMessageContaining("cannot pack bf16")
          .hasMessageContaining("--dtype fp32");
    } else {
      try (TorchEngine engine = TorchEngine.open(options)) {
        assertThat(engine.spec().dtype()).isEqualTo("bf16");
        float[] logits = engine.inspect(0, new int[] {1, 293, 201});
        assertThat(logits).as("bf16 logits").doesNotContain(Float.NaN);
      }
    }
  }

  @Test
  void aTruncatedFileIsNamed(@TempDir Path directory) throws IOException {
    copy(Demo.TARGET, directory);
    try (RandomAccessFile weights = new RandomAccessFile(directory.resolve("model.safetensors").toFile(), "rw")) {
      weights.setLength(1_000_000);
    }
    EngineOptions options = new EngineOptions(directory, null, ComputeType.FP32, "cpu", 1, 1, 0, 1, 1, true, DraftWeights.FULL);
    assertThatThrownBy(() -> TorchEngine.open(options))
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_FILE))
        .hasMessageContaining("model.safetensors")
        .hasMessageContaining("truncated");
  }

  @Test
  void aHeadOfAnotherTargetIsRefused() {
    EngineOptions options =
        new EngineOptions(Path.of("src/test/resources/tiny/tiny-llama"), Demo.HEAD, ComputeType.FP32, "cpu", 1, 1, 0, 1, 1, true,
            DraftWeights.FULL);
    assertThatThrownBy(() -> TorchEngine.open(options))
        .isInstanceOf(TalonException.class)
        .hasMessageContaining("2048")
        .hasMessageContaining("128");
  }

  @Test
  void aContextBeyondTheModelsIsRefused() {
    EngineOptions options =
        new EngineOptions(Demo.TARGET, null, ComputeType.FP32, "cpu", 1, 1, 5000, 1, 1, true, DraftWeights.FULL);
    assertThatThrownBy(() -> TorchEngine.open(options))
        .isInstanceOf(TalonException.class)
        .hasMessageContaining("1024")
        .hasMessageContaining("5000");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
