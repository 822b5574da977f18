package io.talon.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.cli.JobRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts that are written from columns, and what frames them, through the whole job. */
class PromptsJobTest {
  @TempDir
  Path directory;

  private Path input;

  @BeforeEach
  void writeCountries() throws IOException {
    input = Files.writeString(
        directory.resolve("countries.jsonl"),
        "{\"id\": \"a\", \"country\": \"Peru\", \"hint\": null}\n{\"id\": \"b\", \"country\": null, \"hint\": \"none\"}\n");
  }

  @Test
  void aTemplateWritesThePrompts() throws IOException {
    JobRun run = JobRun.generate(
        directory.resolve("out"),
        "--input", input.toString(),
        "--prompt-template", "What is the capital of {{ country }}?{% if hint %} ({{ hint }}){% endif %}",
        "--baseline", "all",
        "--hour-price", "2.5")
        .expect(3);
    assertThat(run.texts()).containsOnlyKeys("a/0/0");
    assertThat(run.table("generations").head().<String>getAs("prompt_text")).contains("What is the capital of Peru?");
    Row bad = run.table("quarantine").head();
    assertThat(bad.<String>getAs("prompt_id") + " " + bad.<String>getAs("error_code")).isEqualTo("b BAD_PROMPT");
    assertThat(bad.<String>getAs("error_message"))
        .isEqualTo("prompt-template, line 1: a value that is none cannot be printed; ask with {% if ... %}, or give it a default"
            + " with 'or'");
    assertThat(run.out()).containsPattern("a million tokens cost [\\d.e+]+, by plain decoding [\\d.e+]+, at 2.5 an hour");
    JsonNode totals = new ObjectMapper().readTree(run.table("runs").head().<String>getAs("totals"));
    assertThat(totals.get("hour_price").doubleValue()).isEqualTo(2.5);
    assertThat(totals.get("plain_cost_per_million_tokens").doubleValue() / totals.get("cost_per_million_tokens").doubleValue())
        .isCloseTo(totals.get("speedup").doubleValue(), within(1e-9));
  }

  @Test
  void aSystemMessageOpensConversations() throws IOException {
    Path prompts = Files.writeString(
        directory.resolve("p.jsonl"),
        "{\"id\": \"a\", \"prompt\": \"Hi\"}\n{\"id\": \"b\", \"prompt\": \"Hi\", \"system\": \"Be kind.\"}\n");
    JobRun run = JobRun.generate(directory.resolve("out"), "--input", prompts.toString(), "--system", "Be brief.").expect(0);
    assertThat(run.out()).contains("note: columns of the input that go before options: system");
    assertThat(run.table("generations").orderBy("prompt_id").collectAsList())
        .extracting(row -> row.<String>getAs("prompt_text"))
        .satisfiesExactly(
            text -> assertThat(text).contains("Be brief.").doesNotContain("Be kind."),
            text -> assertThat(text).contains("Be kind.").doesNotContain("Be brief."));
  }

  @Test
  void whatCannotBeIsSaidBeforeTheFirstRow() {
    JobRun unknown = bad("--prompt-template", "{{ city }}");
    assertThat(unknown.err()).contains(
        "error: BAD_INPUT: prompt-template reads [city], and the input has no such column; it has [country, hint, id]");
    assertThat(bad("--prompt-template", "no-such-file").err()).contains("error: BAD_OPTION: prompt-template must be a text with");
    assertThat(bad("--prompt-template", "{{ country }}", "--prompt-column", "hint").err())
        .contains("only one of prompt-column, messages-column, turns-column and prompt-template may be given");
    assertThat(bad("--prompt-column", "country", "--template-kwargs", "{\"enable_thinking\": false}").err())
        .contains("error: CHAT_TEMPLATE: the template of the model in", "does not read enable_thinking; it reads");
    assertThat(bad("--prompt-column", "country", "--template-kwargs", "{thinking}").err())
        .contains("error: BAD_OPTION: template-kwargs must be a JSON object");
  }

  @Test
  void aTemplateIsComparedByItsText() throws IOException {
    Path template = Files.writeString(directory.resolve("one.jinja"), "Where is {{ id }}?");
    Path output = directory.resolve("out");
    String[] arguments = {"--input", input.toString(), "--max-new-tokens", "4", "--prompt-template", template.toString()};
    JobRun.generate(output, arguments).expect(0);
    arguments[5] = Files.move(template, directory.resolve("two.jinja")).toString();
    assertThat(JobRun.generate(output, arguments).expect(0).out()).contains("there is nothing to do");
    Files.writeString(directory.resolve("two.jinja"), "What is {{ id }}?");
    assertThat(JobRun.generate(output, arguments).expect(2).err())
        .containsPattern("--prompt-template was \"Where is \\{\\{ id }}\\?\" \\(SHA-256 [0-9a-f]{12}\\) and is \"What is ");
  }

  private JobRun bad(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "--input";
    all[1] = input.toString();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return JobRun.generate(directory.resolve("out"), all).expect(2);
  }
}
