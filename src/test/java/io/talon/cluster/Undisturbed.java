package io.talon.cluster;

import io.talon.cli.JobRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The texts of a run that nothing happens to, in this JVM, which all tests of it share. */
final class Undisturbed {
  static final Path INPUT = JobRun.SAMPLES.resolve("prompts.jsonl");
  private static Map<String, String> texts; // guarded by the class

  private Undisturbed() {}

  /** By prompt, sample and turn, of two samples of every prompt. */
  static synchronized Map<String, String> texts() throws IOException {
    if (texts == null) {
      Path output = Files.createTempDirectory("undisturbed").resolve("out");
      JobRun run = JobRun.generate(output, "--input", INPUT.toString(), "--temperature", "1", "--samples", "2");
      texts = run.expect(0).texts();
    }
    return texts;
  }

  /** The same of a run with one sample: how many there are has no part in any. */
  static Map<String, String> firstSamples() throws IOException {
    Map<String, String> first = new TreeMap<>(texts());
    first.keySet().removeIf(key -> !key.contains("/0/"));
    return first;
  }
}
