package io.talon.job;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import io.talon.serve.ModelText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run with everything that shapes a text, and what an audit says of it and of what was made of it. */
class AuditJobTest {
  private static final Path DEMO = JobRun.SAMPLES.resolve("models/talon-demo");
  private static final int END = 2;

  @TempDir
  static Path shared;
  private static Path model;
  private static JobRun run;
  private static List<Row> rows;

  @TempDir
  Path directory;

  /** Samples at temperature 1 with filters and stop strings, two turns, and a row with options of its own. */
  @BeforeAll
  static void generate() throws IOException {
    model = copyModel(shared.resolve("model"));
    Path input = Files.writeString(
        shared.resolve("input.jsonl"),
        """
        {"id": "two", "turns": ["What does a cow eat?", "Add the numbers 12, 7 and 19."]}
        {"id": "one", "turns": ["Write a short list of three animals."]}
        {"id": "greedy", "turns": ["Add the numbers 3, 4 and 5."], "temperature": 0, "stop": "1", "max_new_tokens": 9}
        """);
    run = JobRun.generate(
        shared.resolve("run"),
        "--input", input.toString(),
        "--target", model.toString(),
        "--temperature", "1",
        "--top-p", "0.95",
        "--top-k", "60",
        "--min-p", "0.01",
        "--samples", "3",
        "--seed", "5",
        "--stop", "a",
        "--stop", "zzz",
        "--batch", "3",
        "--engines", "2", // of one thread each
        "--output-format", "openai-batch")
        .expect(0);
    rows = run.table("generations").orderBy("prompt_id", "sample_idx", "turn_idx").collectAsList();
  }

  @Test
  void anUntouchedRunIsEqual() {
    assertThat(rows).hasSize(12).anyMatch(row -> row.<Integer>getAs("turn_idx") == 1);
    assertThat(rows).as("Should end texts by stop strings")
        .anyMatch(row -> row.getAs("finish_reason").equals("stop") && last(ids(row)) != END);
    JobRun audit = audit(run.output(), "--sample", "1").expect(0);
    assertThat(audit.out().lines())
        .containsExactly(
            "run " + run.table("runs").head().getAs("run_id") + ": target " + model.toAbsolutePath()
                + " on cpu in fp32, exact on, 1 threads",
            "12 of 12 generations are decoded again, plainly",
            "12 equal, 0 near ties, 0 wrong");
  }

  @Test
  void contextsEndWhereTheyEndedInTheRun() throws IOException {
    Path input = Files.writeString(directory.resolve("one.jsonl"), "{\"prompt\": \"Write a short list of three animals.\"}\n");
    JobRun small = JobRun.generate(
        directory.resolve("small"), "--input", input.toString(), "--policy", "ar", "--max-context", "24")
        .expect(0);
    assertThat(small.table("generations").head().<String>getAs("finish_reason")).isEqualTo("context");
    assertThat(audit(small.output()).expect(0).out()).contains("1 equal, 0 near ties, 0 wrong");
  }

  @Test
  void anAlteredTextIsFound() {
    Row victim = rows.get(4);
    Path altered = altered(victim, "generated_text", lit(victim.<String>getAs("generated_text") + "!"));
    JobRun audit = audit(altered, "--sample", "1").expect(1);
    assertThat(audit.out())
        .contains(name(victim) + "its text is not what its ids say: from character ", "11 equal, 0 near ties, 1 wrong");
    assertThat(audit.out().lines().filter(line -> line.startsWith("wrong: "))).hasSize(1);
  }

  @Test
  void alteredIdsAreFoundThoughTheTextFollows() {
    Row victim = rows.get(0);
    int[] ids = ids(victim);
    int before = ids[3];
    ids[3] = before == 100 ? 101 : 100;
    JobRun audit = audit(alteredIds(victim, ids), "--sample", "1").expect(1);
    assertThat(audit.out())
        .contains(name(victim) + "position 3: the run has " + ids[3] + " \"", ", and plain decoding writes " + before + " \"")
        .contains("11 equal, 0 near ties, 1 wrong");
  }

  @Test
  void aTextCutShortIsFound() {
    Row victim = rows.get(0);
    JobRun audit = audit(alteredIds(victim, Arrays.copyOf(ids(victim), 2)), "--sample", "1").expect(1);
    assertThat(audit.out()).contains(name(victim) + "position 2: the run has ended, and plain decoding writes ");
  }

  @Test
  void onlyTheFirstFewAreShown() {
    Path altered = directory.resolve("all");
    copyTables(altered, run.table("generations").withColumn("generated_text", lit("nothing")));
    JobRun audit = audit(altered, "--sample", "1").expect(1);
    assertThat(audit.out().lines().filter(line -> line.startsWith("wrong: "))).hasSize(10);
    assertThat(audit.out()).contains("and 2 more", "0 equal, 0 near ties, 12 wrong");
  }

  @Test
  void samplesFollowTheirSeedAndHoldOneRowAtLeast() {
    Path altered = directory.resolve("all");
    copyTables(altered, run.table("generations").withColumn("generated_text", lit("nothing")));
    List<String> chosen = IntStream.range(0, 3)
        .mapToObj(seed -> audit(altered, "--sample", "0.000001", "--seed", String.valueOf(seed)).expect(1).out())
        .map(out -> out.lines().filter(line -> line.startsWith("wrong: ")).reduce("", String::concat))
        .toList();
    assertThat(chosen).allMatch(line -> line.startsWith("wrong: prompt "));
    assertThat(chosen.stream().distinct()).as("Should depend on the seed").hasSizeGreaterThan(1);
    assertThat(audit(altered, "--sample", "0.000001", "--seed", "0").expect(1).out())
        .contains("1 of 12 generations are decoded again, plainly", chosen.get(0));
    String half = audit(altered, "--sample", "0.5").expect(1).out();
    assertThat(half).containsPattern("\\b([1-9]|1[01]) of 12 generations");
  }

  @Test
  void anotherModelIsRefused() throws IOException {
    Path moved = copyModel(directory.resolve("moved"));
    assertThat(audit(run.output(), "--target", moved.toString()).expect(0).out()).contains("target " + moved);
    Path weights = moved.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    JobRun audit = audit(run.output(), "--target", moved.toString()).expect(2);
    assertThat(audit.err())
        .startsWith("error: MODEL_FILE: the files in " + moved + " are not those of the run: their hash is ")
        .contains(" for " + model.toAbsolutePath() + "; give the model that the run had with --target");
    assertThat(audit(run.output(), "--target", directory.resolve("gone").toString()).expect(2).err())
        .startsWith("error: MODEL_FILE: ");
  }

  @Test
  void whatIsNoFinishedRunIsRefused() {
    assertThat(audit(directory).expect(2).err())
        .startsWith("error: BAD_INPUT: " + directory + " is not the output of a finished run: its table runs cannot be read: ");
    Path unfinished = directory.resolve("unfinished");
    run.table("generations").write().parquet(unfinished.resolve("generations").toString());
    assertThat(audit(unfinished).expect(2).err())
        .startsWith("error: BAD_INPUT: " + unfinished + " is not the output of a finished run: its table runs");
    Path earlier = directory.resolve("earlier");
    run.table("generations").drop("stop").write().parquet(earlier.resolve("generations").toString());
    run.table("runs").write().parquet(earlier.resolve("runs").toString());
    assertThat(audit(earlier).expect(2).err())
        .startsWith("error: BAD_INPUT: " + earlier + " cannot be audited: its table generations has no columns [stop], ");
  }

  @Test
  void badUsageIsRefused() {
    String range = "error: BAD_OPTION: sample must be in (0, 1]: ";
    assertThat(audit(run.output(), "--sample", "0").expect(2).err()).startsWith(range + "0.0");
    assertThat(audit(run.output(), "--sample", "2").expect(2).err()).startsWith(range + "2.0");
    assertThat(audit(run.output(), "--device", "tpu").expect(2).err()).startsWith("error: BAD_OPTION: device must be ");
    assertThat(JobRun.run(null, List.of("audit")).expect(2).err()).startsWith("error: BAD_OPTION: Missing required parameter");
    assertThat(audit(run.output(), "--budget", "8").expect(2).err()).startsWith("error: BAD_OPTION: Unknown option");
  }

  private static JobRun audit(Path output, String... arguments) {
    return JobRun.run(output, Stream.concat(Stream.of("audit", output.toString()), Stream.of(arguments)).toList());
  }

  private Path alteredIds(Row victim, int[] ids) {
    String text = ModelText.shared(model.toString(), Instant.EPOCH)
        .decode(ids, victim.getList(victim.fieldIndex("stop")));
    Path altered = altered(victim, "generated_text", lit(text));
    Column array = array(Arrays.stream(ids).mapToObj(id -> lit(id)).toArray(Column[]::new));
    Dataset<Row> generations = TestSpark.session().read().parquet(altered.resolve("generations").toString());
    Path both = directory.resolve("both");
    copyTables(both, with(generations, victim, "generated_token_ids", array));
    return both;
  }

  private Path altered(Row victim, String column, Column value) {
    Path altered = directory.resolve("altered");
    copyTables(altered, with(run.table("generations"), victim, column, value));
    return altered;
  }

  private static Dataset<Row> with(Dataset<Row> generations, Row victim, String column, Column value) {
    Column isVictim = col("prompt_id").equalTo(victim.getAs("prompt_id"))
        .and(col("sample_idx").equalTo(victim.getAs("sample_idx")))
        .and(col("turn_idx").equalTo(victim.getAs("turn_idx")));
    return generations.withColumn(column, when(isVictim, value).otherwise(col(column)));
  }

  private static void copyTables(Path output, Dataset<Row> generations) {
    generations.write().mode(SaveMode.Overwrite).partitionBy("wave").parquet(output.resolve("generations").toString());
    run.table("runs").write().mode(SaveMode.Overwrite).parquet(output.resolve("runs").toString());
  }

  private static Path copyModel(Path target) throws IOException {
    Files.createDirectories(target);
    try (Stream<Path> files = Files.list(DEMO.resolve("target"))) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    return target;
  }

  private static String name(Row row) {
    return String.format(
        "wrong: prompt %s, sample %s, turn %s: ", row.getAs("prompt_id"), row.getAs("sample_idx"), row.getAs("turn_idx"));
  }

  private static int[] ids(Row row) {
    return row.<Integer>getList(row.fieldIndex("generated_token_ids")).stream().mapToInt(Integer::intValue).toArray();
  }

  private static int last(int[] ids) {
    return ids[ids.length - 1];
  }
}
