package io.talon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectionTest {
  private static final String TARGET = JobRun.SAMPLES.resolve("models/talon-demo/target").toString();
  private static final String HEAD = JobRun.SAMPLES.resolve("models/talon-demo/head").toString();
  private static final String TINY = "src/test/resources/tiny/";

  @TempDir
  Path directory;

  @Test
  void tablesShowWhatADirectoryHolds() {
    String out = inspect(TARGET).expect(0).out();
    String words = out.replaceAll("[ |]+", " ");
    assertThat(words).contains(
        " kind model \n", " family llama \n", " tokenizer yes \n", " chat template yes \n", " dtype BF16 \n",
        " rope type default, theta 10,000 \n");
    assertThat(words).containsPattern(" parameters \\d,\\d{3},\\d{3} \n").containsPattern(" model.safetensors [\\d.]+ MiB \n");
    assertThat(out).doesNotContain("fit");
  }

  @Test
  void jsonHoldsTheNumbers() throws IOException {
    JsonNode model = json(inspect(TARGET, "--json").expect(0)).get("models").get(0);
    assertThat(model.get("reference").asText()).isEqualTo(TARGET);
    assertThat(model.get("vocabulary").asInt()).isEqualTo(model.get("tokenizer_vocabulary").asInt());
    assertThat(model.get("files").get("model.safetensors").asLong())
        .isEqualTo(Files.size(Path.of(TARGET, "model.safetensors")));
    assertThat(model.get("rope").get("type").asText()).isEqualTo("default");
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-qwen3, qwen3, qk_norm, true",
    "tiny-qwen2, qwen2, qkv_bias, true",
    "tiny-mistral, mistral, qkv_bias, false",
    "tiny-llama, llama, tokenizer, false",
  })
  void everyFamilyIsTold(String name, String family, String flag, boolean value) throws IOException {
    JsonNode model = json(inspect(TINY + name, "--json").expect(0)).get("models").get(0);
    assertThat(model.get("family").asText()).isEqualTo(family);
    assertThat(model.get(flag).asBoolean()).isEqualTo(value);
  }

  @Test
  void headsAreShownAloneAndBesideTheirTarget() throws IOException {
    JsonNode alone = json(inspect(HEAD, "--json").expect(0)).get("models").get(0);
    assertThat(alone.get("kind").asText()).isEqualTo("EAGLE-3 head");
    assertThat(alone.get("vocabulary_mapping").isBoolean()).isTrue();
    for (List<String> order : List.of(List.of(TARGET, HEAD), List.of(HEAD, TARGET))) {
      JobRun run = inspect(order.get(0), order.get(1), "--json").expect(0);
      assertThat(json(run).get("pair").get("fits").asBoolean()).isTrue();
      assertThat(json(run).get("pair").get("relation").asText()).isEqualTo("target and head");
    }
    assertThat(inspect(TARGET, HEAD).expect(0).out()).contains("the two fit: target and head", "fused layers");
    JsonNode beside = json(inspect(TARGET, HEAD, "--json").expect(0)).get("models").get(1);
    assertThat(beside.get("fused_layers")).as("Should name the layers of this target").hasSize(3);
  }

  @Test
  void pairsThatDoNotFitAreRefusedAfterTheTable() throws IOException {
    JobRun run = inspect(TINY + "tiny-llama", HEAD).expect(2);
    assertThat(run.err()).startsWith("error: MODEL_PAIR: ").contains("vocab_size");
    assertThat(run.out()).contains("EAGLE-3 head").doesNotContain("the two fit");
    JsonNode pair = json(inspect(TINY + "tiny-llama", HEAD, "--json").expect(2)).get("pair");
    assertThat(pair.get("fits").asBoolean()).isFalse();
    assertThat(pair.get("error_code").asText()).isEqualTo("MODEL_PAIR");
    assertThat(inspect(HEAD, HEAD).expect(2).err())
        .startsWith("error: MODEL_PAIR: " + HEAD + " and " + HEAD + " are draft heads; one of a pair must be a target model");
  }

  @Test
  void modelsOfOneTokenizerFit() throws IOException {
    assertThat(inspect(TARGET, TARGET).expect(0).out()).contains("the two fit: target and draft model");
    Path other = Files.createDirectory(directory.resolve("other"));
    try (Stream<Path> files = Files.list(Path.of(TARGET))) {
      for (Path file : files.toList()) {
        Files.copy(file, other.resolve(file.getFileName()));
      }
    }
    Path tokenizer = other.resolve("tokenizer.json");
    ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(tokenizer.toFile());
    ObjectNode vocabulary = (ObjectNode) tree.get("model").get("vocab");
    String one = token(vocabulary, 1000);
    String next = token(vocabulary, 1001);
    vocabulary.put(one, 1001).put(next, 1000);
    Files.writeString(tokenizer, tree.toString());
    assertThat(inspect(TARGET, other.toString()).expect(2).err())
        .startsWith("error: MODEL_PAIR: the tokenizers differ, so ids do not mean the same: id 1000 is '" + one + "' in ")
        .contains(", and '" + next + "' in " + other);
  }

  @Test
  void modelsElsewhereAreBroughtHere() {
    String uri = "file://" + Path.of(TARGET).toAbsolutePath();
    JobRun run = inspect(uri, "--model-cache", directory.resolve("cache").toString()).expect(0);
    assertThat(run.err()).startsWith("bringing " + uri + "#");
  }

  @Test
  void badUsageIsRefused() {
    assertThat(inspect().expect(2).err()).startsWith("error: BAD_OPTION: Missing required parameter");
    assertThat(inspect(TARGET, HEAD, HEAD).expect(2).err()).startsWith("error: BAD_OPTION: ");
    assertThat(inspect("nowhere").expect(2).err()).startsWith("error: MODEL_FILE: Model directory nowhere does not exist");
  }

  private static String token(ObjectNode vocabulary, int id) {
    return vocabulary.properties().stream()
        .filter(entry -> entry.getValue().asInt() == id)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private static JobRun inspect(String... arguments) {
    return JobRun.run(null, Stream.concat(Stream.of("inspect"), Stream.of(arguments)).toList());
  }

  private static JsonNode json(JobRun run) throws IOException {
    return new ObjectMapper().readTree(run.out());
  }
}
