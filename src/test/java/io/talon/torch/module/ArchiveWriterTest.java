package io.talon.torch.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.model.TargetSpec;
import io.talon.model.TensorLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The archives without weights, and what measures with them: a Python with PyTorch, named by TALON_PYTHON if it is not python3. */
class ArchiveWriterTest {
  private static final String CONFIG =
      """
      {"model_type": "llama", "vocab_size": 96, "hidden_size": 64, "num_hidden_layers": 3, "num_attention_heads": 4,
       "num_key_value_heads": 2, "intermediate_size": 128, "rms_norm_eps": 1e-05, "hidden_act": "silu",
       "tie_word_embeddings": false, "max_position_embeddings": 512, "rope_theta": 10000.0, "eos_token_id": 2}
      """;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir
  Path directory;
  private Path archives;

  @BeforeEach
  void write() throws IOException {
    archives = directory.resolve("archives");
    Files.writeString(directory.resolve("config.json"), CONFIG);
    ArchiveWriter.write(directory, archives, "cpu");
  }

  @Test
  void everyWeightOfTheTargetIsAskedFor() throws IOException {
    for (String name : List.of("exact-on-1", "exact-on-64", "exact-off-1", "exact-off-64")) {
      JsonNode facts = JSON.readTree(archives.resolve(name + ".json").toFile());
      long asked = StreamSupport.stream(facts.get("tensors").spliterator(), false)
          .filter(tensor -> !tensor.get("list").asText().startsWith("h_"))
          .mapToLong(tensor -> tensor.get("rows").asLong() * tensor.get("columns").asLong())
          .sum();
      long held = TensorLayout.of(TargetSpec.read(directory)).values().stream().mapToLong(ArchiveWriterTest::product).sum();
      assertThat(asked).as("elements of %s", name).isEqualTo(held);
      assertThat(archives.resolve(name + ".pt")).isNotEmptyFile();
    }
  }

  @Test
  void theDriverMeasuresEveryCallOnACpu() throws IOException, InterruptedException {
    String python = System.getenv().getOrDefault("TALON_PYTHON", "python3");
    assumeTrue(
        run(python, "-c", "import torch") == 0,
        () -> "skipped: " + python + " has no PyTorch; TALON_PYTHON names another, and python3 -m pip install torch brings it");
    Path result = directory.resolve("result.json");
    int exitCode = run(
        python, "jobs/gpu/measure.py", archives.toString(), result.toString(), "--device", "cpu", "--contexts", "128,300",
        "--repeats",
        "1");
    assertThat(exitCode).as("exit code, with the output in %s", directory.resolve("output.txt")).isZero();
    JsonNode measured = JSON.readTree(result.toFile());
    assertThat(measured.get("engines")).hasSize(4);
    List<String> calls = new ArrayList<>();
    for (JsonNode call : measured.get("calls")) {
      assertThat(call.get("ms").asDouble()).as("%s", call).isPositive();
      calls.add(call.get("call").asText());
    }
    // of one slot 10 verify, 2 roots, 6 layers and 1 row of unseen contexts; of many 6 and 2: exact and not
    assertThat(calls).hasSize(2 * (19 + 8)).contains("verify", "draft_root", "draft_layer", "draft_layer of unseen contexts");
  }

  /** No test has a GPU, but what runs on one has to be compiled by the same library, and parsing finds what names or types are wrong. */
  @ParameterizedTest
  @ValueSource(strings = {"exact-on-1", "exact-on-64", "exact-off-1", "exact-off-64"})
  void theScriptOfAGpuCompiles(String name) throws IOException, MalformedModelException {
    Path ofGpu = directory.resolve("gpu");
    ArchiveWriter.write(directory, ofGpu, "cuda:0");
    try (Model model = Model.newInstance(name, Device.cpu(), "PyTorch")) {
      model.load(ofGpu, name);
      assertThat(model.getBlock()).isNotNull();
    }
  }

  private int run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(directory.resolve("output.txt").toFile());
    builder.environment().put("OMP_NUM_THREADS", "1");
    try {
      return builder.start().waitFor();
    } catch (IOException e) {
      return -1; // there is no such program
    }
  }

  private static long product(long[] shape) {
    long product = 1;
    for (long extent : shape) {
      product *= extent;
    }
    return product;
  }
}
