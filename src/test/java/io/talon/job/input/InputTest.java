package io.talon.job.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.InputOptions;
import io.talon.conf.PromptFormat;
import io.talon.conf.PromptOptions;
import io.talon.job.TestSpark;
import io.talon.request.InputRow;
import io.talon.request.PromptKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputTest {
  private final SparkSession spark = TestSpark.session();

  @TempDir
  Path directory;

  @Test
  void rowsWithoutIdsAreNumberedInTheOrderOfTheFiles() throws IOException {
    Files.writeString(directory.resolve("b.jsonl"), "{\"prompt\": \"third\"}\n");
    Files.writeString(directory.resolve("a.jsonl"), "\uFEFF{\"prompt\": \"first\"}\n\n{\"prompt\": \"second\"}\n");
    assertThat(rows(options(directory, null, 0)))
        .extracting(row -> row.promptId() + " " + row.json())
        .containsExactly(
            "00000000 {\"prompt\": \"first\"}", "00000001 {\"prompt\": \"second\"}", "00000002 {\"prompt\": \"third\"}");
    assertThat(rows(options(directory, null, 2))).as("Should keep the first two").hasSize(2);
  }

  @Test
  void linesThatAreNoJsonStayAsTheyAre() throws IOException {
    Path file = Files.writeString(directory.resolve("p.jsonl"), "{\"id\": 7, \"prompt\": \"x\"}\n{\"id\": 8, \"prom\nnull\n");
    List<InputRow> rows = rows(options(file, null, 0));
    assertThat(rows).extracting(InputRow::json).containsExactly("{\"id\": 7, \"prompt\": \"x\"}", "{\"id\": 8, \"prom", "null");
    assertThat(rows).extracting(InputRow::promptId).containsExactly("7", null, null);
  }

  @Test
  void csvHasTextsUnderTheNamesOfItsFirstLine() throws IOException {
    Path file = directory.resolve("p.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("id,prompt,temperature\n007,\"Say \"\"hi\"\",\nplease\",0.5\n8,x,\n9,y,1,2\n".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(rows(options(file, null, 0)))
        .extracting(row -> row.promptId() + " " + row.json())
        .containsExactly(
            "007 {\"id\":\"007\",\"prompt\":\"Say \\\"hi\\\",\\nplease\",\"temperature\":\"0.5\"}",
            "8 {\"id\":\"8\",\"prompt\":\"x\"}",
            "9 9,y,1,2");
  }

  @Test
  void textHasAPromptPerLine() throws IOException {
    Path file = Files.writeString(directory.resolve("p.txt"), "What is it?\n\n  And \"that\"?\n");
    assertThat(rows(options(file, null, 0)))
        .extracting(row -> row.promptId() + " " + row.json())
        .containsExactly("00000000 {\"prompt\":\"What is it?\"}", "00000001 {\"prompt\":\"  And \\\"that\\\"?\"}");
  }

  @Test
  void tablesAreReadByNameAndNeedIds() {
    spark.range(2).selectExpr("id AS key", "concat('q', id) AS prompt").createOrReplaceTempView("questions");
    assertThat(rows(table("questions", "key")))
        .extracting(row -> row.promptId() + " " + row.json())
        .containsExactlyInAnyOrder("0 {\"key\":0,\"prompt\":\"q0\"}", "1 {\"key\":1,\"prompt\":\"q1\"}");
    assertThatThrownBy(() -> rows(table("questions", null)))
        .hasFieldOrPropertyWithValue("code", ErrorCode.BAD_INPUT)
        .hasMessageEndingWith("name a column of unique ids with --id-column: questions has [key, prompt]");
    assertThatThrownBy(() -> rows(table("nowhere", null)))
        .hasFieldOrPropertyWithValue("code", ErrorCode.BAD_INPUT)
        .hasMessage("the session has no table or view of this name: nowhere");
  }

  private static InputOptions table(String name, String idColumn) {
    return new InputOptions(name, PromptFormat.TABLE, null, null, null, idColumn, null, 0, List.of(), PromptOptions.NONE);
  }

  @Test
  void parquetAndJsonLinesReadAlike() throws IOException {
    Path file = Files.writeString(
        directory.resolve("p.jsonl"),
        "{\"id\":\"b\",\"turns\":[\"x\",\"y\"],\"n\":1}\n{\"id\":\"a\",\"turns\":[\"z\"],\"n\":2}\n");
    Path table = directory.resolve("table");
    spark.read().json(file.toString()).select("id", "turns", "n").coalesce(1).write().parquet(table.toString());
    List<InputRow> lines = rows(options(file, null, 0));
    List<InputRow> parquet = rows(options(table, null, 0));
    assertThat(parquet).extracting(InputRow::promptId).containsExactly("b", "a");
    assertThat(parquet).extracting(InputRow::json).isEqualTo(lines.stream().map(InputRow::json).toList());
    assertThat(parquet.get(1).passThrough()).hasSize(3).contains("a", 2L);
  }

  @Test
  void repeatedIdsAreRefused() throws IOException {
    Path file = Files.writeString(
        directory.resolve("p.jsonl"),
        "{\"id\": 1, \"prompt\": \"x\"}\n{\"id\": 2, \"prompt\": \"y\"}\n{\"id\": 1, \"prompt\": \"z\"}\n");
    assertRefused(options(file, null, 0), "ids must be unique, or choose another --id-column; column id repeats [1]");
  }

  @Test
  void inputsWithoutRowsAreRefused() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty.jsonl"), "\n\n");
    Path noJson = Files.writeString(directory.resolve("text.jsonl"), "hello\nworld\n");
    Path noDirectory = Files.createDirectory(directory.resolve("none"));
    assertRefused(options(empty, null, 0), "the input has no rows: " + empty);
    assertRefused(options(noJson, null, 0), "no line of the input is a JSON object: " + noJson);
    assertRefused(options(noDirectory, null, 0), "the input has no files: " + noDirectory);
    assertRefused(options(directory.resolve("absent"), null, 0), "the input does not exist: " + directory.resolve("absent"));
  }

  @Test
  void brokenParquetIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("p.parquet"), "PAR1 and nothing more");
    assertRefused(options(file, null, 0), "cannot read " + file + ": ");
  }

  @Test
  void fieldsOfRequestsAreKnownWhereSparkFoundThem() {
    StructType body = new StructType().add("messages", "string").add("user", "string");
    assertThat(Input.requestFields(PromptKind.REQUEST, new StructType().add("body", body))).containsExactly("messages", "user");
    assertThat(Input.requestFields(PromptKind.REQUEST, new StructType().add("body", "string"))).isEmpty();
    assertThat(Input.requestFields(PromptKind.PROMPT, new StructType().add("body", body))).isEmpty();
  }

  private List<InputRow> rows(InputOptions options) {
    try (Input input = Input.read(spark, options)) {
      List<InputRow> rows = input.rows().collectAsList().stream().map(Input::row).toList();
      assertThat(input.count()).isEqualTo(rows.size());
      return rows;
    }
  }

  private void assertRefused(InputOptions options, String message) {
    assertThatThrownBy(() -> Input.read(spark, options))
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT))
        .hasMessageStartingWith(message);
  }

  private static InputOptions options(Path path, String idColumn, int limit) {
    return new InputOptions(path.toString(), PromptFormat.AUTO, null, null, null, idColumn, null, limit, List.of(),
        PromptOptions.NONE);
  }
}
