package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.model.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** SmolLM2-135M-Instruct, unpacked once into a sharded bf16 checkpoint below {@code target/}; tests without it are skipped. */
final class SmolLm {
  private static final Path UNPACKED = Path.of("target", "models", "SmolLM2-135M-Instruct");

  private SmolLm() {}

  /** The folder with the golden files; skips the test where it is absent. */
  static Path golden() {
    return SharedFiles.require("models/SmolLM2-135M-Instruct");
  }

  /** The checkpoint. */
  static Path checkpoint() throws IOException, InterruptedException {
    Path packed = golden();
    if (!Files.isDirectory(UNPACKED)) {
      Files.createDirectories(UNPACKED.getParent());
      Path unfinished = Files.createTempDirectory(UNPACKED.getParent(), "unfinished");
      Path java = Path.of(System.getProperty("java.home"), "bin", "java");
      Process process =
          new ProcessBuilder(java.toString(), packed.resolve("Unpack.java").toString(), packed.toString(), unfinished.toString())
              .inheritIO()
              .start();
      assertThat(process.waitFor()).as("exit code of Unpack.java").isZero();
      Files.move(unfinished, UNPACKED);
    }
    return UNPACKED;
  }
}
