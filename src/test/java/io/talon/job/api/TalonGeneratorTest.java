package io.talon.job.api;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.cli.JobRun;
import io.talon.job.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generations as a column, on the demo model. */
class TalonGeneratorTest {
  private static final Path DEMO = JobRun.SAMPLES.resolve("models/talon-demo");

  private final SparkSession spark = TestSpark.session();

  @TempDir
  Path directory;

  static TalonGenerator.Builder demo() {
    return TalonGenerator.builder()
        .target(DEMO.resolve("target").toString())
        .draft(DEMO.resolve("head").toString())
        .maxNewTokens(24)
        .option("dtype", "fp32")
        .option("threads", "1");
  }

  @Test
  void everyRowHasItsGenerationOrItsError() throws IOException {
    Path input = Files.writeString(
        directory.resolve("p.jsonl"),
        "{\"id\": 1, \"turns\": [\"What is the capital of Peru?\", \"What does a cow eat?\"]}\n"
            + "{\"id\": 2, \"turns\": []}\n{\"id\": null, \"turns\": [\"Hi\"]}\n");
    Dataset<Row> prompts = spark.read().json(input.toString()).withColumn("kept", col("id").plus(1));
    Dataset<Row> answered = demo().temperature(1).samples(2).seed(5).build().transform(prompts);
    List<Row> rows =
        answered.orderBy("id", "generation.sample_idx", "generation.turn_idx").select("id", "kept", "generation.*")
            .collectAsList();
    assertThat(rows).extracting(row -> row.getAs("id") + " " + row.getAs("sample_idx") + " " + row.getAs("turn_idx"))
        .containsExactly("null null null", "1 0 0", "1 0 1", "1 1 0", "1 1 1", "2 null null");
    assertThat(rows.get(0).<Row>getAs("error")).hasToString("[BAD_PROMPT,id column id must not be null]");
    assertThat(rows.get(5).<Row>getAs("error")).hasToString("[BAD_PROMPT,column turns must not be empty: []]");
    assertThat(rows.get(5).<String>getAs("text")).isNull();
    assertThat(rows.get(5).<Long>getAs("kept")).isEqualTo(3);
    assertThat(rows.subList(1, 5)).allSatisfy(row -> {
      assertThat(row.<Row>getAs("error")).isNull();
      assertThat(row.<Integer>getList(row.fieldIndex("tokens"))).isNotEmpty();
      assertThat(row.<Double>getAs("tau")).isGreaterThanOrEqualTo(1);
      assertThat(row.<String>getAs("finish_reason")).isIn("stop", "length");
      assertThat(row.<Double>getAs("decode_ms")).isPositive();
    });
    JobRun run = JobRun.generate(
        directory.resolve("out"),
        "--input", input.toString(), "--temperature", "1", "--samples", "2", "--seed", "5", "--policy", "chain");
    assertThat(rows.subList(1, 5)).extracting(row -> row.<String>getAs("text"))
        .as("The job writes the same, with another policy and in another order")
        .containsExactlyElementsOf(run.texts().values());
  }

  @Test
  void rowsWithoutIdsAskForWhatTheyHold() {
    Dataset<Row> prompts =
        spark.createDataset(List.of("What does a cow eat?", "Hi", "Hi"), Encoders.STRING()).toDF("question").repartition(2);
    Dataset<Row> answered = demo()
        .promptTemplate("{{ question }}")
        .temperature(1)
        .outputColumn("answer")
        .build()
        .transform(prompts);
    List<String> texts = answered.where("question = 'Hi'").select("answer.text").as(Encoders.STRING()).collectAsList();
    assertThat(texts).hasSize(2);
    assertThat(texts.get(0)).isEqualTo(texts.get(1));
  }

  @Test
  void whatIsWrongIsSaidBeforeAnyRow() {
    assertBad(() -> demo().option("bugdet", "3").build(), ErrorCode.BAD_OPTION,
        "a dataset's generator does not know the key bugdet; the nearest it knows is budget");
    assertBad(() -> demo().option("output", "x").build(), ErrorCode.BAD_OPTION,
        "a dataset's generator does not know the key output; the nearest it knows is budget");
    assertBad(() -> demo().temperature(-1).build(), ErrorCode.BAD_OPTION, "temperature must be in [0, 100]: -1.0");
    assertBad(() -> TalonGenerator.builder().build(), ErrorCode.BAD_OPTION, "--target DIR is missing");
    Dataset<Row> prompts = spark.createDataset(List.of("Hi"), Encoders.STRING()).toDF("text");
    assertBad(() -> demo().build().transform(prompts), ErrorCode.BAD_INPUT, "the input has no column prompt, messages or turns");
    assertBad(
        () -> demo().promptColumn("text").outputColumn("Text").build().transform(prompts), ErrorCode.BAD_INPUT,
        "the dataset has a column Text already; name another for what is generated: [text]");
    assertBad(
        () -> demo().promptColumn("text").options(Map.of("target", "/none")).build().transform(prompts), ErrorCode.MODEL_FILE,
        "");
  }

  private static void assertBad(Runnable use, ErrorCode code, String message) {
    assertThatThrownBy(use::run)
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageStartingWith(message);
  }
}
