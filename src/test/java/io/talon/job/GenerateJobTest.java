package io.talon.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.cli.JobRun;
import io.talon.job.output.Schemas;
import io.talon.serve.ModelHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job end to end on the demo model. */
class GenerateJobTest {
  @TempDir
  Path directory;

  @Test
  void badRowsGoToTheQuarantineAndTheOthersComeOut() {
    String input = JobRun.SAMPLES.resolve("prompts-bad.jsonl").toString();
    JobRun run = JobRun.generate(directory.resolve("out"), "--input", input).expect(3);
    assertThat(run.texts()).containsOnlyKeys("good-1/0/0", "good-2/0/0", "good-3/0/0", "good-4/0/0");
    assertThat(run.table("quarantine").orderBy("prompt_id").select("prompt_id", "error_code", "attempts").collectAsList())
        .extracting(row -> row.mkString(" "))
        .containsExactly("bad-empty BAD_PROMPT 1", "bad-null BAD_PROMPT 1", "bad-too-long PROMPT_TOO_LONG 1");
    assertThat(run.table("quarantine").where("prompt_id = 'bad-null'").head().<String>getAs("input_row"))
        .isEqualTo("{\"id\": \"bad-null\", \"category\": \"math\", \"turns\": null}");
    assertThat(run.table("runs").head().<String>getAs("state")).isEqualTo("done_with_quarantine");
    assertCountersAddUp(run);
    assertSchemas(run);
  }

  @Test
  void plainDecodingWritesTheSameTextAndMeasuresTheSpeedup() {
    JobRun run = JobRun.generate(
        directory.resolve("out"),
        "--input", JobRun.SAMPLES.resolve("prompts.jsonl").toString(),
        "--limit", "16", // the first two of the third category have two turns
        "--baseline", "all",
        "--round-stats", "none")
        .expect(0);
    Dataset<Row> generations = run.table("generations");
    assertThat(generations.select("prompt_id").distinct().count()).isEqualTo(16);
    assertThat(generations.where("turn_idx = 1").count()).as("Should answer second turns").isPositive();
    assertThat(generations.where("speedup is null or baseline_tokens_per_s is null").where("num_rounds > 0").count()).isZero();
    assertThat(run.table("rounds").count()).isZero();
    assertThat(run.table("quarantine").count()).isZero();
    assertThat(run.out()).contains("wrote the same text in " + generations.count(), "speedup").doesNotContain("WARNING");
    assertThat(run.table("runs").head().<String>getAs("totals")).contains("\"baseline_mismatches\":0");
    Row first = generations.where("turn_idx = 0").orderBy(col("prompt_id").desc()).head();
    assertThat(first.<String>getAs("prompt_text")).contains(first.<String>getList(first.fieldIndex("turns")).get(0));
    assertSchemas(run);
  }

  @Test
  void theRunSaysWhatComputedIt() throws IOException {
    JobRun run = JobRun.generate(
        directory.resolve("out"), "--input", input(1).toString(), "--dtype", "auto", "--stop", "zzz", "--exact", "off")
        .expect(0);
    Row row = run.table("runs").head();
    String dtype = row.getAs("dtype");
    assertThat(dtype).as("Should be what auto came to").isIn("fp32", "bf16");
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(row.<String>getAs("hardware")).findValuesAsText("dtype")).containsOnly(dtype);
    assertThat(row.<Boolean>getAs("exact")).isFalse();
    assertThat(row.<String>getAs("device")).isEqualTo("cpu");
    assertThat(json.readTree(row.<String>getAs("versions")).fieldNames())
        .toIterable()
        .containsExactly("talon", "spark", "java", "djl", "libtorch");
    JsonNode models = json.readTree(row.<String>getAs("models"));
    for (String role : List.of("target", "draft")) {
      Path model = JobRun.SAMPLES.resolve("models/talon-demo/" + (role.equals("draft") ? "head" : role)).toAbsolutePath();
      assertThat(models.get(role).get("reference").asText()).isEqualTo(model.toString());
      assertThat(models.get(role).get("sha256").asText()).isEqualTo(ModelHash.of(model));
    }
    Row generation = run.table("generations").head();
    assertThat(generation.<String>getList(generation.fieldIndex("stop"))).containsExactly("zzz");
  }

  @Test
  void enginesThatShareTheCoresWriteTheSame() throws IOException {
    String[] arguments = {"--input", input(12).toString(), "--temperature", "0.9", "--batch", "2", "--baseline", "all"};
    JobRun one = JobRun.generate(directory.resolve("one"), with(arguments, "--engines", "1", "--threads", "1")).expect(0);
    JobRun three = JobRun.generate(directory.resolve("three"), with(arguments, "--engines", "3")).expect(0);
    assertThat(three.texts()).hasSize(12).isEqualTo(one.texts());
    assertThat(three.out()).contains("3 engines of 1 thread").doesNotContain("WARNING");
    JsonNode hardware = new ObjectMapper().readTree(three.table("runs").head().<String>getAs("hardware"));
    assertThat(hardware.fieldNames()).toIterable().containsExactly("driver cpu", "driver cpu 2", "driver cpu 3");
    assertThat(hardware.findValuesAsText("threads")).containsExactly("1", "1", "1");
  }

  @Test
  void secondTurnsReadTheFirstAnswer() throws IOException {
    Path input = Files.writeString(
        directory.resolve("two.jsonl"), "{\"turns\": [\"What is the capital of Peru?\", \"What does a cow eat?\"]}\n");
    JobRun run = JobRun.generate(directory.resolve("out"), "--input", input.toString()).expect(0);
    assertThat(run.texts()).containsOnlyKeys("00000000/0/0", "00000000/0/1");
    Row second = run.table("generations").where("turn_idx = 1").head();
    assertThat(second.<String>getAs("prompt_text"))
        .contains("What is the capital of Peru?", run.texts().get("00000000/0/0"), "What does a cow eat?");
  }

  @Test
  void aTurnThatFailsLeavesTheEarlierOnes() throws IOException {
    String longTurn = IntStream.range(0, 700).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    Path input = Files.writeString(
        directory.resolve("long.jsonl"),
        "{\"id\": 1, \"turns\": [\"What is the capital of Peru?\", \"Add " + longTurn + ".\"]}\n");
    JobRun run = JobRun.generate(directory.resolve("out"), "--input", input.toString(), "--baseline", "sample:0.5").expect(3);
    assertThat(run.texts()).containsOnlyKeys("1/0/0");
    Row bad = run.table("quarantine").head();
    assertThat(bad.<String>getAs("error_code")).isEqualTo("PROMPT_TOO_LONG");
    assertThat(bad.<String>getAs("error_message")).startsWith("turn 1: ");
  }

  @Test
  void samplesDifferAndComeOutAgainWhateverThePartitions() throws IOException {
    Path input = input(6);
    String[] arguments = {"--input", input.toString(), "--samples", "2", "--temperature", "1", "--seed", "3"};
    JobRun one = JobRun.generate(directory.resolve("one"), with(arguments, "--partitions", "1", "--batch", "3")).expect(0);
    JobRun five = JobRun.generate(directory.resolve("five"), with(arguments, "--partitions", "5", "--batch", "1")).expect(0);
    JobRun plain = JobRun.generate(directory.resolve("ar"), with(arguments, "--policy", "ar")).expect(0);
    assertThat(one.texts()).hasSize(12).isEqualTo(five.texts()).isEqualTo(plain.texts());
    Map<String, String> texts = one.texts();
    assertThat(texts.entrySet())
        .as("Should sample different texts for some prompt")
        .anyMatch(text -> !text.getValue().equals(texts.get(text.getKey().replace("/0/0", "/1/0"))));
    assertThat(plain.table("generations").where("draft_acceptance_rate is not null or num_draft_tokens > 0").count()).isZero();
  }

  @Test
  void promptsComeFromParquetAndColumnsPassThrough() throws IOException {
    Path table = directory.resolve("table");
    TestSpark.session()
        .read()
        .json(input(3).toString())
        .withColumn("topic", lit("sums"))
        .withColumn("policy", lit(7))
        .withColumnRenamed("prompt", "question")
        .write()
        .parquet(table.toString());
    JobRun run = JobRun.generate(
        directory.resolve("out"),
        "--input", table.toString(),
        "--prompt-column", "question",
        "--category-column", "policy",
        "--stop", "zzz")
        .expect(0);
    assertThat(run.table("generations").select("topic", "input_policy", "policy").distinct().collectAsList())
        .extracting(row -> row.mkString(" "))
        .containsExactly("sums 7 auto");
  }

  @Test
  void stopStringsEndTextsWithoutBeingInThem() throws IOException {
    JobRun whole = JobRun.generate(directory.resolve("whole"), "--input", input(2).toString()).expect(0);
    String text = whole.texts().get("p-0/0/0");
    String stop = text.substring(text.length() / 2, text.length() / 2 + 2);
    JobRun cut = JobRun.generate(directory.resolve("cut"), "--input", input(2).toString(), "--stop", stop).expect(0);
    assertThat(cut.texts().get("p-0/0/0")).isEqualTo(text.substring(0, text.indexOf(stop)));
    assertThat(cut.table("generations").where("prompt_id = 'p-0'").head().<String>getAs("finish_reason")).isEqualTo("stop");
  }

  @Test
  void tooManyBadRowsFailTheJobAndItCanGoOn() throws IOException {
    String rows = IntStream.range(0, 30)
        .mapToObj(i -> "{\"id\": " + i + ", \"prompt\": " + (i < 5 ? "\"hi\"" : "null") + "}\n")
        .collect(Collectors.joining());
    Path input = Files.writeString(directory.resolve("bad.jsonl"), rows);
    Path output = directory.resolve("out");
    JobRun run = JobRun.generate(output, "--input", input.toString()).expect(1);
    assertThat(run.err()).contains("error: JOB: ", " are bad, more than --max-error-rate 0.5 allows");
    try (Stream<Path> files = Files.list(output)) {
      assertThat(files.map(file -> file.getFileName().toString())).as("Should show no table")
          .allMatch(name -> name.startsWith("_"));
    }
    JobRun more =
        JobRun.generate(output, "--input", input.toString(), "--max-error-rate", "1", "--quarantine-exit", "7").expect(7);
    assertThat(more.texts()).hasSize(5);
    assertThat(more.table("quarantine").count()).isEqualTo(25);
  }

  private Path input(int rows) throws IOException {
    String lines = IntStream.range(0, rows)
        .mapToObj(i -> "{\"id\": \"p-" + i + "\", \"prompt\": \"Add the numbers " + (i + 2) + ", 7 and 19.\"}\n")
        .collect(Collectors.joining());
    return Files.writeString(directory.resolve("input-" + rows + ".jsonl"), lines);
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
  }

  /** 1 + the tokens of the rounds = the tokens of the text, and the rounds table agrees with the sums of the generations. */
  private static void assertCountersAddUp(JobRun run) {
    Dataset<Row> rounds = run.table("rounds")
        .groupBy("prompt_id", "sample_idx", "turn_idx")
        .agg(
            count(lit(1)).as("rounds"),
            sum("accepted").as("accepted"),
            sum(col("tree_rows").minus(1)).as("drafted"),
            sum("draft_forwards").as("forwards"));
    String[] keys = {"prompt_id", "sample_idx", "turn_idx"};
    List<Row> joined = run.table("generations").join(rounds, keys).collectAsList();
    assertThat(joined).hasSize((int) run.table("generations").count());
    assertThat(joined).allSatisfy(row -> {
      assertThat(row.<Long>getAs("rounds")).isEqualTo((long) row.<Integer>getAs("num_rounds"));
      assertThat(row.<Long>getAs("accepted")).isEqualTo((long) row.<Integer>getAs("num_accepted_draft_tokens"));
      assertThat(row.<Long>getAs("drafted")).isEqualTo((long) row.<Integer>getAs("num_draft_tokens"));
      assertThat(row.<Long>getAs("forwards")).isEqualTo((long) row.<Integer>getAs("num_draft_forwards"));
      int tokens = row.<Integer>getAs("completion_tokens");
      assertThat(row.getList(row.fieldIndex("generated_token_ids"))).hasSize(tokens);
      double roundTokens = row.<Double>getAs("mean_accepted_tokens") * row.<Integer>getAs("num_rounds");
      assertThat(1 + Math.round(roundTokens)).as("Should add up to the text").isEqualTo(tokens);
    });
  }

  /** Tables read back with their columns, then the partition columns. */
  private static void assertSchemas(JobRun run) {
    StructType input = new StructType();
    StructType generations = run.table("generations").schema();
    for (StructField field : Schemas.generations(input).fields()) {
      assertThat(generations.apply(field.name()).dataType().sameType(field.dataType())).as(field.name()).isTrue();
    }
    assertThat(run.table("rounds").columns()).startsWith(Schemas.ROUNDS.fieldNames()).endsWith("wave");
    assertThat(run.table("quarantine").columns()).startsWith(Schemas.QUARANTINE.fieldNames()).endsWith("wave");
    assertThat(run.table("runs").columns()).isEqualTo(Schemas.RUNS.fieldNames());
    assertThat(run.table("runs").count()).isEqualTo(1);
    assertThat(run.output().resolve("_work")).doesNotExist();
  }
}
