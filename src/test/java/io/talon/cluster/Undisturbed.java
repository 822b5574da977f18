package io.talon.cluster;

import io.talon.cli.JobRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The texts of runs that nothing happens to, in this JVM, which all tests of it share. */
final class Undisturbed {
  static final Path INPUT = JobRun.SAMPLES.resolve("prompts.jsonl");
  private static final Map<Integer, Map<String, String>> TEXTS = new HashMap<>(); // by samples; guarded by the class

  private Undisturbed() {}

  /** By prompt, sample and turn, of so many samples of every prompt. */
  static synchronized Map<String, String> texts(int samples) throws IOException {
    Map<String, String> texts = TEXTS.get(samples);
    if (texts == null) {
      texts = JobRun.generate(
          Files.createTempDirectory("undisturbed").resolve("out"),
          "--input", INPUT.toString(), "--temperature", "1", "--samples", Integer.toString(samples))
          .expect(0)
          .texts();
      TEXTS.put(samples, texts);
    }
    return texts;
  }
}
