package io.talon.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.cli.JobRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests as OpenAI's batches have them, end to end on the demo model. */
class BatchJobTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ADD = "Add the numbers 12, 7 and 19.";

  @TempDir
  Path directory;

  @Test
  void everyRequestGetsItsLine() throws IOException {
    Path input = input(
        request("plain", ADD, ""),
        request("short", ADD, ", \"max_tokens\": 3, \"user\": \"me\""),
        request("many", ADD, ", \"n\": 3, \"temperature\": 1.0, \"seed\": 5, \"max_completion_tokens\": 12"),
        request("tools", ADD, ", \"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"f\"}}]"),
        "{\"custom_id\": \"broken\", \"body");
    JobRun run = JobRun.generate(directory.resolve("out"), "--input", input.toString(), "--output-format", "openai-batch")
        .expect(3);
    Map<String, JsonNode> lines = responses(run);
    assertThat(lines).containsOnlyKeys("plain", "short", "many", "tools", "null");
    assertThat(lines.values()).allSatisfy(line -> {
      assertThat(line.fieldNames()).toIterable().containsExactly("id", "custom_id", "response", "error");
      assertThat(line.get("id").asText()).matches("batch_req_[0-9a-f]{24}");
    });
    JsonNode plain = lines.get("plain");
    assertThat(plain.get("error").isNull()).isTrue();
    assertThat(plain.get("response").get("status_code").asInt()).isEqualTo(200);
    JsonNode body = plain.get("response").get("body");
    assertThat(body.fieldNames())
        .toIterable()
        .containsExactly("id", "object", "created", "model", "choices", "usage", "system_fingerprint");
    assertThat(body.get("object").asText()).isEqualTo("chat.completion");
    assertThat(body.get("model").asText()).isEqualTo("target");
    assertThat(body.get("choices").get(0).get("message").get("content").asText()).isEqualTo(run.texts().get("plain/0/0"));
    assertUsage(run);

    JsonNode cut = lines.get("short").get("response").get("body");
    assertThat(cut.get("choices").get(0).get("finish_reason").asText()).isEqualTo("length");
    assertThat(cut.get("usage").get("completion_tokens").asInt()).isEqualTo(3);
    JsonNode many = lines.get("many").get("response").get("body").get("choices");
    assertThat(many).extracting(choice -> choice.get("index").asInt()).containsExactly(0, 1, 2);
    assertThat(many)
        .extracting(choice -> choice.get("message").get("content").asText())
        .containsExactly(run.texts().get("many/0/0"), run.texts().get("many/1/0"), run.texts().get("many/2/0"));

    JsonNode tools = lines.get("tools");
    assertThat(tools.get("response").isNull()).isTrue();
    assertThat(tools.get("error").get("code").asText()).isEqualTo("CHAT_TEMPLATE");
    assertThat(tools.get("error").get("message").asText()).contains("does not read tools; it reads ");
    assertThat(lines.get("null").get("error").get("message").asText()).startsWith("not valid JSON: ");
    assertThat(run.out()).contains("note: fields of the requests that are passed over: user", "responses: ");
    assertThat(run.output().resolve("_lines")).doesNotExist();
  }

  @Test
  void effectiveOptionsStandBesideTheTexts() throws IOException {
    Path input = input(
        "{\"id\": \"a\", \"prompt\": \"" + ADD + "\", \"temperature\": 1.0, \"seed\": 11, \"max_new_tokens\": 9, \"n\": 2}",
        "{\"id\": \"b\", \"prompt\": \"" + ADD + "\", \"top_p\": 0.5, \"stop\": [\"zzz\"]}");
    JobRun without = JobRun.generate(directory.resolve("without"), "--input", input.toString()).expect(0);
    assertThat(without.texts()).as("Should take them for columns like any other").containsOnlyKeys("a/0/0", "b/0/0");
    assertThat(without.out()).contains(
        "note: columns of the input that have options' names and are not used: max_new_tokens,n,seed,stop,temperature,top_p; "
            + "--override-columns max_new_tokens,n,seed,stop,temperature,top_p lets them go before the options");
    JobRun run = JobRun.generate(
        directory.resolve("out"), "--input", input.toString(), "--baseline", "all", "--override-columns", "all")
        .expect(0);
    assertThat(run.texts()).containsOnlyKeys("a/0/0", "a/1/0", "b/0/0");
    assertThat(run.table("generations").where("sample_idx = 0").orderBy("prompt_id").selectExpr(
        "concat_ws(' ', prompt_id, seed, temperature, top_p, max_new_tokens, n)").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("a 11 1.0 1.0 9 2", "b 0 0.0 0.5 24");
    assertThat(run.out())
        .contains("note: columns of the input that go before options: ", "wrote the same text in 3")
        .doesNotContain("WARNING");
    JobRun alone = JobRun.generate(
        directory.resolve("alone"),
        "--input", input(request("a", ADD, "")).toString(),
        "--temperature", "1", "--seed", "11", "--max-new-tokens", "9", "--samples", "2")
        .expect(0);
    assertThat(alone.texts().get("a/1/0")).as("Should be as if typed").isEqualTo(run.texts().get("a/1/0"));
  }

  @Test
  void conversationsAnswerWithTheirLastTurn() throws IOException {
    Path input = input("{\"id\": \"two\", \"turns\": [\"" + ADD + "\", \"What does a cow eat?\"]}");
    JobRun run = JobRun.generate(directory.resolve("out"), "--input", input.toString(), "--output-format", "openai-batch")
        .expect(0);
    JsonNode choices = responses(run).get("two").get("response").get("body").get("choices");
    assertThat(choices).hasSize(1);
    assertThat(choices.get(0).get("message").get("content").asText()).isEqualTo(run.texts().get("two/0/1"));
  }

  @Test
  void theSampleRequestsAreAnswered() throws IOException {
    String input = JobRun.SAMPLES.resolve("requests.jsonl").toString();
    JobRun run = JobRun.generate(directory.resolve("out"), "--input", input, "--output-format", "openai-batch").expect(3);
    assertThat(responses(run).values()).hasSize(5).filteredOn(line -> !line.get("error").isNull()).hasSize(1);
    assertThat(run.texts()).containsKeys("choices/0/0", "choices/1/0");
  }

  @Test
  void repeatedRequestsAreRefused() throws IOException {
    Path input = input(request("a", ADD, ""), request("a", ADD, ""));
    assertThat(JobRun.generate(directory.resolve("out"), "--input", input.toString()).expect(2).err())
        .startsWith("error: BAD_INPUT: ids must be unique, or choose another --id-column; column custom_id repeats [a]");
  }

  private static void assertUsage(JobRun run) throws IOException {
    Row row = run.table("generations").where("prompt_id = 'plain'").head();
    JsonNode usage = responses(run).get("plain").get("response").get("body").get("usage");
    int prompt = row.<Integer>getAs("prompt_tokens");
    int completion = row.<Integer>getAs("completion_tokens");
    assertThat(usage.get("prompt_tokens").asInt()).isEqualTo(prompt);
    assertThat(usage.get("completion_tokens").asInt()).isEqualTo(completion);
    assertThat(usage.get("total_tokens").asInt()).isEqualTo(prompt + completion);
  }

  /** All lines, by custom_id. */
  private static Map<String, JsonNode> responses(JobRun run) throws IOException {
    Map<String, JsonNode> lines = new TreeMap<>();
    try (Stream<Path> files = Files.list(run.output().resolve("openai"))) {
      List<Path> parts = files.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
      assertThat(parts).isNotEmpty().allMatch(file -> file.toString().endsWith(".jsonl"));
      for (Path part : parts) {
        for (String line : Files.readAllLines(part)) {
          JsonNode node = JSON.readTree(line);
          assertThat(lines.put(node.get("custom_id").asText(), node)).as("Should be one line per request").isNull();
        }
      }
    }
    return lines;
  }

  private static String request(String id, String prompt, String fields) {
    return "{\"custom_id\": \"" + id + "\", \"method\": \"POST\", \"url\": \"/v1/chat/completions\", \"body\": {"
        + "\"model\": \"any\", \"messages\": [{\"role\": \"user\", \"content\": \"" + prompt + "\"}]" + fields + "}}";
  }

  private Path input(String... lines) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "input", ".jsonl"), String.join("\n", lines) + "\n");
  }
}
