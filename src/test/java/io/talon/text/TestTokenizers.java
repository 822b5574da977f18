package io.talon.text;

import io.talon.model.SharedFiles;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tokenizers for tests. */
final class TestTokenizers {
  private TestTokenizers() {}

  /** The directory of the demo model, from the project or from the shared files; skips the test without either. */
  static Path demo() {
    Path own = Path.of("data-samples", "models", "talon-demo", "target");
    return Files.exists(own.resolve("tokenizer.json")) ? own : SharedFiles.require("models/talon-demo/target");
  }

  /** The directory of a model with byte fallback and without chat template. */
  static Path stories() {
    return SharedFiles.require("models/stories260K");
  }
}
