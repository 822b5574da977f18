package io.talon.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.cli.JobRun;
import io.talon.job.output.RunTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.net.NetUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are broken off, gone on with and refused; on the demo model. */
class WavesJobTest {
  private static final String STOP_AT = "TALON_STOP_AT";
  private static final int ROWS = 9;

  @TempDir
  static Path shared;

  @TempDir
  Path directory;

  private static Path input;
  private static JobRun undisturbed;

  @BeforeAll
  static void runOnce() throws IOException {
    String lines = IntStream.range(0, ROWS)
        .mapToObj(i -> "{\"id\": \"p-" + i + "\", \"turns\": [\"Add " + i + " and 19.\", \"What does a cow eat?\"]}\n")
        .collect(Collectors.joining());
    input = Files.writeString(shared.resolve("input.jsonl"), lines);
    undisturbed = generate(shared.resolve("undisturbed")).expect(0);
  }

  @AfterEach
  void goOn() {
    System.clearProperty(STOP_AT);
  }

  @Test
  void whatIsCommittedStaysAndTheSameCommandDoesTheRest() throws IOException {
    Path output = directory.resolve("out");
    for (String phase : List.of(
        "reading", "decoding", "splitting", "committed", "committing", "committed", "finishing")) {
      Set<Path> before = waves(output);
      String place = phase + ":" + (Set.of("reading", "finishing").contains(phase) ? 0 : firstMissing(before));
      System.setProperty(STOP_AT, place + ":fail");
      assertThat(generate(output).expect(1).err()).contains("stopped, as asked for by TALON_STOP_AT " + place);
      assertThat(waves(output)).as("Should keep what was there at %s", place).containsAll(before);
      assertWhole(output);
    }
    System.clearProperty(STOP_AT);
    JobRun last = generate(output).expect(0);
    assertThat(last.out()).contains("resumed: 3 waves are committed, 0 are left");
    assertSameAsUndisturbed(last);
    assertThat(names(output)).as("Should leave no hidden work").containsExactlyInAnyOrder(
        "_run.json", "runs", "wave=00000", "wave=00001", "wave=00002");
    assertThat(manifest(output).get("state").asText()).isEqualTo("done");
    assertThat(manifest(output).has("owner")).isFalse();
  }

  private static int firstMissing(Set<Path> waves) {
    return IntStream.range(0, waves.size() + 1)
        .filter(wave -> waves.stream().noneMatch(path -> path.endsWith("wave=0000" + wave)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFinishedRunSaysSoAndOthersAreRefused() {
    Path output = undisturbed.output();
    JobRun again = generate(output).expect(0);
    assertThat(again.out()).contains("is finished: done; there is nothing to do").doesNotContain("target on");
    assertThat(again.err()).isEmpty();
    JobRun others = JobRun.generate(
        output, "--input", input.toString(), "--wave-rows", "3", "--max-new-tokens", "6", "--policy", "chain", "--batch", "2");
    assertThat(others.expect(0).out()).contains("there is nothing to do");
    assertThat(generate(output, "--temperature", "1", "--dtype", "bf16").expect(2).err())
        .startsWith(
            "error: BAD_OUTPUT: the run in " + output + " cannot be resumed, as its texts would not be those of one run: ")
        .contains("--temperature was 0 and is 1; --dtype was fp32 and is bf16; give the options that it was begun with");
    assertThat(generate(output, "--resume", "never").expect(2).err()).contains("--resume never was given");
    assertThat(generate(directory.resolve("new"), "--resume", "require").expect(2).err()).contains("no run to go on with");
    assertThat(directory.resolve("new")).doesNotExist();
  }

  @Test
  void anotherInputIsRefused() throws IOException {
    Path other = Files.writeString(directory.resolve("in.jsonl"), "{\"id\": \"a\", \"prompt\": \"Add 1 and 2.\"}\n");
    Path output = directory.resolve("out");
    JobRun.generate(output, "--input", other.toString(), "--max-new-tokens", "4").expect(0);
    Files.writeString(other, "{\"id\": \"a\", \"prompt\": \"Add 1 and 22.\"}\n");
    assertThat(JobRun.generate(output, "--input", other.toString(), "--max-new-tokens", "4").expect(2).err())
        .contains("input files was 1 files, 38 bytes, newest of ", " and is 1 files, 39 bytes, newest of ");
  }

  @Test
  void aDriverThatLivesKeepsItsRunAndADeadOneDoesNot() throws IOException {
    Path output = directory.resolve("out");
    System.setProperty(STOP_AT, "committed:0:fail");
    generate(output).expect(1);
    System.clearProperty(STOP_AT);
    String left = Files.readString(output.resolve("_run.json"));
    ProcessHandle living = ProcessHandle.current().parent().orElseThrow();
    Files.writeString(output.resolve("_run.json"),
        owned(left, living.pid(), living.info().startInstant().map(Object::toString).orElse("")));
    assertThat(generate(output).expect(2).err())
        .startsWith("error: BAD_OUTPUT: another driver is working on the run in " + output + ": process " + living.pid());
    Files.writeString(output.resolve("_run.json"), owned(left, living.pid(), "an earlier process"));
    Files.createDirectories(output.resolve("_work/wave=00001/generations"));
    assertSameAsUndisturbed(generate(output).expect(0));
  }

  @Test
  void noReaderSeesHalfAWaveAndNobodyElseSeesTheWork() throws Exception {
    Path output = directory.resolve("out");
    AtomicBoolean going = new AtomicBoolean(true);
    TreeSet<String> halves = new TreeSet<>();
    Thread reader = new Thread(() -> {
      while (going.get()) {
        try {
          for (Path wave : waves(output)) {
            if (!names(wave).containsAll(Set.of("generations", "rounds", "quarantine", "_totals.json"))) {
              halves.add(wave + " " + names(wave));
            }
          }
          Path work = output.resolve("_work");
          if (Files.exists(work) && !PosixFilePermissions.toString(Files.getPosixFilePermissions(work)).equals("rwx------")) {
            halves.add(work + " can be read by others");
          }
        } catch (IOException | UncheckedIOException e) {
          // A directory went away between two looks.
        }
      }
    });
    reader.start();
    generate(output).expect(0);
    going.set(false);
    reader.join();
    assertThat(halves).isEmpty();
  }

  @Test
  void aDryRunPlansAndWritesNothing() throws IOException {
    Path output = directory.resolve("out");
    String bad = JobRun.SAMPLES.resolve("prompts-bad.jsonl").toString();
    JobRun run = JobRun.generate(output, "--input", bad, "--dry-run", "--wave-rows", "2", "--max-new-tokens", "4").expect(0);
    assertThat(run.out())
        .contains("7 rows of column turns in 4 waves", "2 of them are bad (BAD_PROMPT: ", "prompt tokens in their first turns")
        .containsPattern("[1-7] rows were decoded: [0-9]+ tokens each; all would be about \\d+ tokens")
        .endsWith("nothing was written\n");
    assertThat(output).doesNotExist();
  }

  private static JobRun generate(Path output, String... more) {
    // trees that time has no say in, so that rounds can be compared
    String[] own = {
      "--input", input.toString(), "--wave-rows", "3", "--max-new-tokens", "6", "--policy", "talon", "--coupling", "none"};
    return JobRun.generate(output, with(own, more));
  }

  static String[] with(String[] arguments, String... more) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
  }

  private static void assertSameAsUndisturbed(JobRun run) {
    assertThat(run.table("generations").count()).isEqualTo(2 * ROWS);
    assertThat(run.texts()).hasSize(2 * ROWS).isEqualTo(undisturbed.texts());
    assertThat(new TreeMap<>(rounds(run))).isEqualTo(rounds(undisturbed));
    assertThat(run.table("runs").count()).isEqualTo(1);
    assertThat(totals(run)).isEqualTo(totals(undisturbed));
  }

  private static Map<String, Long> rounds(JobRun run) {
    Map<String, Long> rounds = new TreeMap<>();
    run.table("rounds").groupBy("prompt_id", "turn_idx").count().collectAsList().forEach(
        row -> rounds.put(row.getString(0) + "/" + row.getInt(1), row.getLong(2)));
    return rounds;
  }

  private static String totals(JobRun run) {
    return run.table("runs").head().<String>getAs("totals").replaceAll("\"(decode_ms|tokens_per_s)\":[^,]*,", "");
  }

  private static void assertWhole(Path output) throws IOException {
    if (!waves(output).isEmpty()) {
      RunTables tables = RunTables.of(TestSpark.session(), output.toString());
      long prompts = tables.generations().select("prompt_id").distinct().count();
      assertThat(tables.generations().count()).isEqualTo(2 * prompts);
      assertThat(tables.rounds().select("prompt_id").distinct().count()).isEqualTo(prompts);
    }
  }

  private static String owned(String manifest, long pid, String started) throws IOException {
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(manifest);
    json.putObject("owner")
        .put("host", NetUtils.getHostname())
        .put("pid", String.valueOf(pid))
        .put("process_started", started)
        .put("token", "another");
    return json.toString();
  }

  private static JsonNode manifest(Path output) throws IOException {
    return new ObjectMapper().readTree(output.resolve("_run.json").toFile());
  }

  private static Set<Path> waves(Path output) throws IOException {
    return list(output).stream().filter(file -> file.getFileName().toString().startsWith("wave=")).collect(Collectors.toSet());
  }

  static Set<String> names(Path place) throws IOException {
    return list(place).stream().map(file -> file.getFileName().toString()).collect(Collectors.toSet());
  }

  static Set<Path> list(Path place) throws IOException {
    if (!Files.exists(place)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(place)) {
      return files.collect(Collectors.toSet());
    }
  }
}
