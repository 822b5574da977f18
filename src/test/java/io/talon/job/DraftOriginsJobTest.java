package io.talon.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.cli.JobRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drafts without a head, and with more than a head, from the command line to the tables. */
class DraftOriginsJobTest {
  private static final String PROMPTS = JobRun.SAMPLES.resolve("prompts.jsonl").toString();
  private static final String HEAD = JobRun.SAMPLES.resolve("models/talon-demo/head").toString();

  @TempDir
  Path directory;

  private JobRun generate(String name, String... more) {
    String[] arguments = new String[more.length + 4];
    System.arraycopy(more, 0, arguments, 0, more.length);
    System.arraycopy(new String[] {"--input", PROMPTS, "--limit", "12"}, 0, arguments, more.length, 4);
    return JobRun.generate(directory.resolve(name), arguments).expect(0);
  }

  private static Row sums(JobRun run) {
    return run.table("generations")
        .selectExpr("sum(num_draft_forwards)", "sum(num_accepted_draft_tokens)", "sum(num_rounds)", "sum(completion_tokens)")
        .head();
  }

  @Test
  void anEarlierRunIsDraftedFromAndNothingChangesButTheSpeed() {
    JobRun plain = generate("plain", "--policy", "ar");
    String run = "run:" + plain.output();
    JobRun again = generate("again", "--draft", run, "--policy", "opt-tree", "--opt-tree-threshold", "0.01");
    assertThat(again.texts()).as("Should write the same texts").isEqualTo(plain.texts());
    assertThat(sums(again).getLong(0)).as("Should run no draft forward").isZero();
    assertThat(sums(again).getLong(2)).as("Should take far fewer rounds").isLessThan(sums(plain).getLong(2) / 3);
    JobRun all = generate("all", "--draft", HEAD + ",ngram," + run, "--policy", "talon", "--batch", "3", "--partitions", "2");
    JobRun head = generate("head", "--draft", HEAD, "--policy", "chain", "--chain-floor", "0.3");
    assertThat(all.texts()).isEqualTo(plain.texts());
    assertThat(head.texts()).isEqualTo(plain.texts());
    assertThat(sums(all).getLong(0)).isPositive();
    assertThat(sums(all).getLong(2)).as("Should take fewer rounds than the head alone").isLessThan(sums(head).getLong(2));
  }

  @Test
  void ofALongRunSomeGenerationsAreDraftedFromAndTheOthersCounted() {
    JobRun plain = generate("plain", "--policy", "ar");
    String run = "run:" + plain.output();
    JobRun all = generate("all", "--draft", run, "--policy", "opt-tree");
    assertThat(all.out()).doesNotContain("are left out");
    JobRun some = generate("some", "--draft", run, "--policy", "opt-tree", "--corpus-tokens", "150");
    long generations = plain.table("generations").count();
    assertThat(some.out()).containsPattern(
        "note: of the " + generations + " generations of \\Q" + run
            + "\\E, [1-9] are drafted from, with 1?\\d\\d tokens; the others are left out, as --corpus-tokens says: 150");
    assertThat(some.texts()).isEqualTo(plain.texts());
    assertThat(sums(some).getLong(2)).isGreaterThan(sums(all).getLong(2)).isLessThan(sums(plain).getLong(2));
    assertThat(
        JobRun.generate(directory.resolve("no"), "--input", PROMPTS, "--draft", run, "--corpus-tokens", "0").expect(2).err())
        .startsWith("error: BAD_OPTION: corpus-tokens must be in [1, 100000000]: 0");
  }

  @Test
  void ngramsAreDraftedFromWithoutAHead() throws IOException {
    JobRun run = generate("ngram", "--draft", "ngram", "--ngram", "2,4", "--baseline", "all", "--temperature", "0.7");
    assertThat(run.out()).contains("wrote the same text in").doesNotContain("WARNING");
    assertThat(sums(run).getLong(0)).isZero();
    Path json = directory.resolve("bench.jsonl");
    JobRun.bench(
        "--input", PROMPTS,
        "--limit", "4",
        "--draft", "ngram,run:" + run.output(),
        "--policies", "talon,opt-tree",
        "--budgets", "8",
        "--batches", "2",
        "--repeats", "1",
        "--json", json.toString())
        .expect(0);
    for (String line : Files.readAllLines(json)) {
      JsonNode result = new ObjectMapper().readTree(line);
      assertThat(result.get("equal_to_ar").asBoolean()).isTrue();
      assertThat(result.get("delta").asDouble()).as("Should take no draft forward").isZero();
      assertThat(result.get("c").isNull()).isTrue();
    }
  }

  @Test
  void runsThatAreNoneAreRefused() throws IOException {
    JobRun nowhere =
        JobRun.generate(directory.resolve("out"), "--input", PROMPTS, "--draft", "run:" + directory.resolve("no")).expect(2);
    assertThat(nowhere.err()).startsWith("error: BAD_INPUT: draft run:" + directory.resolve("no") + ": ")
        .contains("it does not exist");
    Path other = directory.resolve("other/generations");
    TestSpark.session().sql("select 'x' as prompt_text").write().parquet(other.toString());
    assertThat(JobRun.generate(directory.resolve("out"), "--input", PROMPTS, "--draft", "run:" + other.getParent())
        .expect(2)
        .err())
        .startsWith("error: BAD_INPUT: draft run:" + other.getParent() + ": it must be the output of a run, with the columns ");
    Path foreign = directory.resolve("foreign/generations");
    TestSpark.session()
        .sql("select 'x' as prompt_text, array(7, 1234567) as generated_token_ids")
        .write()
        .parquet(foreign.toString());
    assertThat(JobRun.generate(directory.resolve("out"), "--input", PROMPTS, "--draft", "run:" + foreign.getParent())
        .expect(2)
        .err())
        .contains("was generated by another model: token 1234567 is not in the vocabulary of ");
    assertThat(directory.resolve("out")).as("Should leave nothing behind").isEmptyDirectory();
  }
}
