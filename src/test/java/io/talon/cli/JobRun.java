package io.talon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.job.TestSpark;
import io.talon.job.output.RunTables;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The command line run on the demo model, in the tests' Spark session.
 *
 * @param exitCode what the process would end with
 * @param out what it printed on standard output
 * @param err what it printed on standard error
 * @param output the directory with the tables, if the command writes any
 */
public record JobRun(int exitCode, String out, String err, Path output) {
  public static final Path SAMPLES = Path.of("data-samples");
  private static final Path DEMO = SAMPLES.resolve("models/talon-demo");

  /** Runs {@code talon generate} in fp32 with one thread, unless the arguments say otherwise. */
  public static JobRun generate(Path output, String... arguments) {
    return run(output, generateArguments(output, arguments));
  }

  /** What {@link #generate} runs. */
  public static List<String> generateArguments(Path output, String... arguments) {
    return defaults(
        List.of("generate"),
        arguments,
        "--target", DEMO.resolve("target").toString(),
        "--draft", DEMO.resolve("head").toString(),
        "--output", output.toString(),
        "--dtype", "fp32",
        "--threads", "1",
        "--max-new-tokens", "24");
  }

  /** Runs {@code talon bench} likewise. */
  public static JobRun bench(String... arguments) {
    return run(
        null,
        defaults(
            List.of("bench"),
            arguments,
            "--target", DEMO.resolve("target").toString(),
            "--draft", DEMO.resolve("head").toString(),
            "--dtype", "fp32",
            "--threads", "1",
            "--max-new-tokens", "24"));
  }

  /** Runs a command line as it is. */
  public static JobRun run(Path output, List<String> arguments) {
    TestSpark.session();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = Main.run(print(out), print(err), arguments.toArray(String[]::new));
    return new JobRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), output);
  }

  public JobRun expect(int expected) {
    assertThat(exitCode).as("Should end with this exit code; it printed %s%s", out, err).isEqualTo(expected);
    return this;
  }

  public Dataset<Row> table(String name) {
    return RunTables.of(TestSpark.session(), output.toString()).table(name);
  }

  /** Generated texts by prompt, sample and turn. */
  public Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    for (Row row : table("generations").select("prompt_id", "sample_idx", "turn_idx", "generated_text").collectAsList()) {
      texts.put(row.getString(0) + "/" + row.getInt(1) + "/" + row.getInt(2), row.getString(3));
    }
    return texts;
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static List<String> defaults(List<String> command, String[] arguments, String... pairs) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    for (int i = 0; i < pairs.length; i += 2) {
      if (!all.contains(pairs[i])) {
        all.add(pairs[i]);
        all.add(pairs[i + 1]);
      }
    }
    return all;
  }
}
