package io.talon.job.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.TalonException;
import io.talon.cli.JobRun;
import io.talon.job.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One prompt, a bad one and a bad option, through every door of one JVM. */
class DoorsTest {
  private static final Path DEMO = JobRun.SAMPLES.resolve("models/talon-demo").toAbsolutePath();
  private static final String[] SAMPLED = {"--temperature", "1", "--seed", "5"};

  private final SparkSession spark = TestSpark.session();

  @TempDir
  Path directory;

  private Path input() throws IOException {
    return Files.writeString(
        directory.resolve("p.jsonl"),
        "{\"id\": \"a\", \"prompt\": \"What does a cow eat?\"}\n{\"id\": \"b\", \"prompt\": \" \"}\n");
  }

  @Test
  void everyDoorWritesTheSameTextAndTheSameError() throws IOException {
    Path input = input();
    Map<String, String> texts = new LinkedHashMap<>();
    JobRun job = job("job", input, SAMPLED).expect(3);
    texts.put("job", job.texts().get("a/0/0") + error(job));
    Path csv = Files.writeString(directory.resolve("p.csv"), "id,animal\na,cow\nb,\n");
    JobRun template =
        job("template", csv, "--prompt-template", "What does a {{ animal }} eat?", "--temperature", "1", "--seed", "5")
            .expect(3);
    texts.put("template over CSV", template.texts().get("a/0/0") + error(template));
    texts.put("OpenAI batch", batch());
    Dataset<Row> prompts = spark.read().json(input.toString());
    Dataset<Row> answered = TalonGeneratorTest.demo().temperature(1).seed(5).build().transform(prompts);
    texts.put("DataFrame", inPlace(answered));
    texts.put("Iceberg", inPlace(throughIceberg(answered)));
    TalonTransformer stage = new TalonTransformer()
        .setTarget(DEMO.resolve("target").toString())
        .setDraft(DEMO.resolve("head").toString())
        .setMaxNewTokens(24)
        .setTemperature(1)
        .setSeed(5)
        .setOptions("dtype=fp32", "threads=1");
    texts.put("Transformer", inPlace(stage.transform(prompts)));
    view("answers", input, Map.of("temperature", "1", "seed", "5"));
    spark.sql("CREATE OR REPLACE TEMPORARY VIEW kept AS SELECT prompt_id, generated_text FROM answers");
    view("bad", input, Map.of("temperature", "1", "seed", "5", "table", "quarantine"));
    texts.put(
        "SQL", spark.sql("SELECT generated_text FROM kept WHERE prompt_id = 'a'").head().getString(0)
            + spark.sql("SELECT error_code FROM bad WHERE prompt_id = 'b'").head().getString(0));
    assertThat(texts.get("job")).endsWith("BAD_PROMPT");
    assertThat(texts).allSatisfy((door, text) -> assertThat(text).as(door).isEqualTo(texts.get("job")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "budget | 1 | BAD_OPTION: budget must be in [2, 4096]: 1",
        "weights | int4 | BAD_OPTION: weights must be ",
        "override-columns | budget | BAD_OPTION: override-columns must be ",
        "target | /none | MODEL_FILE: ",
        "template-kwargs | {\"thinking\": true} | CHAT_TEMPLATE: ",
        "prompt-column | text | BAD_INPUT: column text is not in the input, which has [",
        "prompt-template | {{ cow }} | BAD_INPUT: ",
        "bugdet | 60 | BAD_OPTION: ",
      })
  void everyDoorRefusesTheSameWithTheSameWords(String option, String value, String words) throws IOException {
    Path input = input();
    Path requests = requests();
    Dataset<Row> prompts = spark.read().json(input.toString());
    Map<String, String> options = new TreeMap<>(Map.of(
        "target", DEMO.resolve("target").toString(), "draft", DEMO.resolve("head").toString(), "dtype", "fp32", "threads", "1"));
    options.put(option, value);
    Map<String, String> refusals = new LinkedHashMap<>();
    refusals.put("job", refusal(job("out", input, "--" + option, value)));
    refusals.put("OpenAI batch", refusal(job("out", requests, "--" + option, value)));
    refusals.put("DataFrame", thrown(() -> TalonGenerator.builder().options(options).build().transform(prompts)));
    String[] named = options.entrySet().stream().map(Map.Entry::toString).toArray(String[]::new);
    refusals.put("Transformer", thrown(() -> new TalonTransformer().setOptions(named).transform(prompts)));
    refusals.put("SQL", thrown(() -> {
      view("refused", input, Map.of(option, value));
      spark.sql("SELECT * FROM refused").collectAsList();
    }));
    assertThat(refusals).allSatisfy((door, said) -> assertThat(said).as(door).startsWith(words));
  }

  private static String refusal(JobRun run) {
    return run.err().lines().filter(line -> line.startsWith("error: ")).findFirst().orElse("").replaceFirst("error: ", "");
  }

  private JobRun job(String name, Path input, String... more) {
    String[] all = new String[more.length + 2];
    all[0] = "--input";
    all[1] = input.toString();
    System.arraycopy(more, 0, all, 2, more.length);
    return JobRun.generate(directory.resolve(name), all);
  }

  private static String error(JobRun run) {
    return run.table("quarantine").where("prompt_id = 'b'").head().getAs("error_code");
  }

  private Path requests() throws IOException {
    String line = "{\"custom_id\": \"%s\", \"body\": {\"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}}%n";
    return Files.writeString(
        directory.resolve("b.jsonl"), line.formatted("a", "What does a cow eat?") + line.formatted("b", " "));
  }

  private String batch() throws IOException {
    JobRun run = job("batch", requests(), "--output-format", "openai-batch", "--temperature", "1", "--seed", "5").expect(3);
    Map<String, String> found = new TreeMap<>();
    for (Row row : spark.read().text(run.output().resolve("openai").toString()).collectAsList()) {
      JsonNode answer = new ObjectMapper().readTree(row.getString(0));
      found.put(answer.get("custom_id").asText(), answer.get("error").isNull()
          ? answer.at("/response/body/choices/0/message/content").asText()
          : answer.at("/error/code").asText());
    }
    return found.get("a") + found.get("b");
  }

  private static String inPlace(Dataset<Row> answered) {
    List<Row> rows = answered.orderBy("id").selectExpr("coalesce(generation.text, generation.error.code)").collectAsList();
    return rows.get(0).getString(0) + rows.get(1).getString(0);
  }

  private Dataset<Row> throughIceberg(Dataset<Row> answered) {
    spark.conf().set("spark.sql.catalog.ice", "org.apache.iceberg.spark.SparkCatalog");
    spark.conf().set("spark.sql.catalog.ice.type", "hadoop");
    spark.conf().set("spark.sql.catalog.ice.warehouse", directory.resolve("ice").toString());
    answered.writeTo("ice.db.answers").createOrReplace();
    return spark.table("ice.db.answers");
  }

  private void view(String name, Path input, Map<String, String> more) {
    Map<String, String> options = new TreeMap<>(more);
    options.put("input", input.toString());
    options.put("output", directory.resolve("sql").toString());
    options.putIfAbsent("target", DEMO.resolve("target").toString());
    options.put("draft", DEMO.resolve("head").toString());
    options.put("dtype", "fp32");
    options.put("threads", "1");
    options.put("max-new-tokens", "24");
    StringBuilder typed = new StringBuilder();
    options.forEach((key, value) -> typed.append(typed.isEmpty() ? "" : ", ").append("'" + key + "' '" + value + "'"));
    spark.sql("CREATE OR REPLACE TEMPORARY VIEW " + name + " USING talon OPTIONS (" + typed + ")");
  }

  private static String thrown(ThrowableAssert.ThrowingCallable use) {
    Throwable cause = catchThrowable(use);
    while (cause != null && !(cause instanceof TalonException)) {
      cause = cause.getCause();
    }
    return String.valueOf(cause);
  }
}
