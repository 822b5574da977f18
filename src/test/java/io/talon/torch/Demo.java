package io.talon.torch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.EngineOptions;
import io.talon.torch.probe.LinearProbe;
import java.io.IOException;
import java.nio.file.Path;

/** The embedded demo pair and what is known of it. */
final class Demo {
  static final Path TARGET = Path.of("data-samples/models/talon-demo/target");
  static final Path HEAD = Path.of("data-samples/models/talon-demo/head");
  static final Path REFERENCE = Path.of("src/test/resources/reference");
  static final int[] END = {2};

  /** The second type that exactness is tested in: bf16, or float32 again on a processor without bf16, which the tests then say. */
  static final ComputeType BF16 = bf16();

  private Demo() {}

  private static ComputeType bf16() {
    if (LinearProbe.bf16Speedup() != LinearProbe.UNSUPPORTED) {
      return ComputeType.BF16;
    }
    System.out.println("this processor has no bf16: tests of bf16 run in float32");
    return ComputeType.FP32;
  }

  /** One thread: on a machine that is busy with something else, two wait for each other. */
  static EngineOptions options(int slots, int maxTreeRows, int maxDraftRows) {
    return options(slots, maxTreeRows, maxDraftRows, ComputeType.FP32, 1);
  }

  static EngineOptions options(int slots, int maxTreeRows, int maxDraftRows, ComputeType type, int threads) {
    return options(slots, maxTreeRows, maxDraftRows, type, threads, DraftWeights.FULL);
  }

  static EngineOptions options(
      int slots, int maxTreeRows, int maxDraftRows, ComputeType type, int threads, DraftWeights draft) {
    return new EngineOptions(TARGET, HEAD, type, "cpu", threads, slots, 0, maxTreeRows, maxDraftRows, true, draft);
  }

  static JsonNode golden() {
    return json(REFERENCE.resolve("golden.json"));
  }

  static JsonNode reference() {
    return json(REFERENCE.resolve("reference.json"));
  }

  static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }

  private static JsonNode json(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new AssertionError("the reference is a test resource of the project", e);
    }
  }
}
