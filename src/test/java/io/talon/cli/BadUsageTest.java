package io.talon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.conf.Command;
import io.talon.conf.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is wrong before the first row ends with exit code 2 and one line. */
class BadUsageTest {
  private static final String PROMPTS = JobRun.SAMPLES.resolve("prompts.jsonl").toString();

  @TempDir
  Path directory;

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "--mu 2                                       | error: BAD_OPTION: mu must be in (0, 1]: 2.0",
    "--top-p 0                                    | error: BAD_OPTION: top-p must be in (0, 1]: 0.0",
    "--budget -8                                  | error: BAD_OPTION: budget must be in [2, 4096]: -8",
    "--coupling 200,1                             | error: BAD_OPTION: coupling's beta must be in (0, 100]: 200.0",
    "--budgte 8                                   | error: BAD_OPTION: Unknown options: '--budgte', '8'",
    "--prompt-column text                         | error: BAD_INPUT: column text is not in the input, which has [",
    "--id-column key                              | error: BAD_INPUT: column key is not in the input, which has [",
    "--input nowhere.jsonl                        | error: BAD_INPUT: the input does not exist: nowhere.jsonl",
    "--target nowhere                             | error: MODEL_FILE: ",
    "--target data-samples/models/talon-demo/head | error: MODEL_",
    "--draft src/test/resources/tiny/tiny-qwen2   | error: TOKENIZER: Cannot read ",
    "--conf-file nowhere.conf                     | error: BAD_OPTION: conf-file must be a readable file: nowhere.conf",
    "--device cuda                                | error: DEVICE: ",
  })
  void isRefusedWithCodeAndMessage(String arguments, String message) {
    String[] words = arguments.split(" ");
    JobRun run = arguments.startsWith("--input")
        ? JobRun.generate(directory.resolve("out"), words)
        : JobRun.generate(directory.resolve("out"), words[0], words[1], "--input", PROMPTS);
    run.expect(2);
    assertThat(run.err()).startsWith(message);
    assertThat(run.err().lines()).as("Should print one line").hasSize(1);
  }

  @Test
  void outputsThatHoldFilesAreRefused() throws IOException {
    Path output = Files.createDirectory(directory.resolve("out"));
    Files.writeString(output.resolve("kept.txt"), "kept");
    JobRun run = JobRun.generate(output, "--input", PROMPTS).expect(2);
    assertThat(run.err())
        .startsWith(
            "error: BAD_OUTPUT: output must be new, empty or hold this run, and holds other files; name another directory or remove it: ");
    assertThat(output.resolve("kept.txt")).hasContent("kept");
  }

  @Test
  void truncatedWeightsAreRefused() throws IOException {
    Path model = Files.createDirectory(directory.resolve("model"));
    Path whole = JobRun.SAMPLES.resolve("models/talon-demo/target");
    for (String file : List.of("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(whole.resolve(file), model.resolve(file));
    }
    byte[] weights = Files.readAllBytes(whole.resolve("model.safetensors"));
    Files.write(model.resolve("model.safetensors"), Arrays.copyOf(weights, weights.length / 2));
    JobRun run = JobRun.generate(directory.resolve("out"), "--input", PROMPTS, "--target", model.toString()).expect(2);
    assertThat(run.err()).startsWith("error: MODEL_FILE: ");
  }

  @Test
  void commandsAreAskedFor() {
    assertThat(JobRun.run(null, List.of()).expect(2).err())
        .isEqualToIgnoringNewLines(
            "error: BAD_OPTION: a command is missing: generate, bench, inspect, audit, sql, compare, tune or report; --help shows their options");
  }

  @Test
  void verboseShowsTheTrace() {
    JobRun run = JobRun.generate(directory.resolve("out"), "--mu", "2", "--input", PROMPTS, "--verbose").expect(2);
    assertThat(run.err().lines()).hasSizeGreaterThan(1);
    assertThat(run.err()).contains("at io.talon.conf.");
  }

  @ParameterizedTest
  @EnumSource
  void helpShowsEveryOptionWithItsDefault(Command command) {
    String help = JobRun.run(null, List.of(command.name().toLowerCase(Locale.ROOT), "--help")).expect(0).out();
    String words = help.replaceAll("\\s+", " ");
    String unbroken = words.replace(" ", ""); // lines may break within a value
    assertThat(Key.of(command)).allSatisfy(key -> {
      assertThat(words).contains("--" + key.label() + (key.isSwitch() ? "[=" + key.takes() + "]" : "=" + key.takes()));
      key.fallback().filter(text -> !text.isEmpty()).ifPresent(
          text -> assertThat(unbroken).contains(("Default: " + text + ".").replace(" ", "")));
    });
    assertThat(words).contains("Exit codes:");
  }
}
