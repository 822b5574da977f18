package io.talon.torch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.engine.ComputeType;
import io.talon.engine.EngineOptions;
import java.io.IOException;
import java.nio.file.Path;

/** The embedded demo pair and what is known of it. */
final class Demo {
  static final Path TARGET = Path.of("data-samples/models/talon-demo/target");
  static final Path HEAD = Path.of("data-samples/models/talon-demo/head");
  static final Path REFERENCE = Path.of("src/test/resources/reference");
  static final int[] END = {2};

  private Demo() {}

  /** One thread: on a machine that is busy with something else, two wait for each other. */
  static EngineOptions options(int slots, int maxTreeRows, int maxDraftRows) {
    return new EngineOptions(TARGET, HEAD, ComputeType.FP32, "cpu", 1, slots, 0, maxTreeRows, maxDraftRows, true);
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
