package io.talon.model;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Models and golden outputs that are too large for the repository; tests that need them are skipped where they are absent. */
public final class SharedFiles {
  private static final Path ROOT = Path.of("..", "shared");

  private SharedFiles() {}

  /** A file or directory below {@code ../shared}; aborts the test when it is absent. */
  public static Path require(String relative) {
    Path path = ROOT.resolve(relative);
    assumeTrue(Files.exists(path), () -> "This test needs " + path.toAbsolutePath().normalize());
    return path;
  }
}
