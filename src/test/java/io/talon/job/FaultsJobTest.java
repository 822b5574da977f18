package io.talon.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.cli.JobRun;
import io.talon.job.waves.RunDirectory;
import io.talon.job.waves.Strikes;
import io.talon.serve.EnginePool;
import io.talon.serve.Mailbox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run meets that is not right: rows, and what lies around it. */
class FaultsJobTest {
  @TempDir
  Path directory;

  private Path output() {
    return directory.resolve("out");
  }

  private Path input(String... lines) throws IOException {
    return Files.writeString(directory.resolve("input.jsonl"), String.join("\n", lines) + "\n");
  }

  private static String[] rows(int from, int to, String prompt) {
    return IntStream.range(from, to)
        .mapToObj(i -> "{\"id\": " + i + ", \"prompt\": " + prompt + "}")
        .toArray(String[]::new);
  }

  @Test
  void nothingIsStagedForAnEngineThatDoesNotOpen() throws IOException {
    Path input = input(rows(0, 2, "\"hi\""));
    JobRun run = JobRun.generate(output(), "--input", input.toString(), "--device", "cuda:97").expect(2);
    assertThat(run.err()).startsWith("error: DEVICE: ").contains("cuda:97");
    assertThat(output()).isEmptyDirectory();
  }

  @Test
  void aHundredBadRowsAtTheStartAreBorneAndABadInputEndsAtItsFirstWave() throws IOException {
    Path good = input(Stream.concat(Stream.of(rows(0, 100, "null")), Stream.of(rows(100, 120, "\"hi\""))).toArray(String[]::new));
    JobRun borne = JobRun.generate(
        output(), "--input", good.toString(), "--max-new-tokens", "1", "--policy", "ar", "--max-error-rate", "0.9").expect(3);
    assertThat(borne.table("generations").count()).isEqualTo(20);
    assertThat(borne.table("quarantine").count()).isEqualTo(100);
    Path other = directory.resolve("other");
    Path bad = input(rows(0, 1500, "null"));
    JobRun ended = JobRun.generate(other, "--input", bad.toString(), "--wave-rows", "500").expect(1);
    assertThat(ended.err())
        .containsPattern("error: JOB: \\d+ of the \\d+ rows that were begun, of 1500 in all, are bad, more than ");
    try (Stream<Path> files = Files.list(other)) {
      assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("wave="));
    }
  }

  @Test
  void anInputPartThatCannotBeReadIsNamedAndCanBeMended() throws IOException {
    Path parts = Files.createDirectory(directory.resolve("parts"));
    TestSpark.session().range(0, 2, 1, 2).selectExpr("id", "'hi' as prompt").write().mode("append").parquet(parts.toString());
    Path broken = WavesJobTest.list(parts).stream().filter(file -> file.toString().endsWith(".parquet")).sorted().toList().get(1);
    byte[] whole = Files.readAllBytes(broken);
    Files.delete(parts.resolve("." + broken.getFileName() + ".crc"));
    Files.write(broken, Arrays.copyOf(whole, whole.length / 2));
    JobRun run = JobRun.generate(output(), "--input", parts.toString(), "--max-new-tokens", "2").expect(2);
    assertThat(run.err()).startsWith("error: BAD_INPUT: ").contains(broken.getFileName().toString());
    assertThat(output()).isEmptyDirectory();
    Files.write(broken, whole);
    assertThat(JobRun.generate(output(), "--input", parts.toString(), "--max-new-tokens", "2").expect(0).texts()).hasSize(2);
  }

  @Test
  void aFullDiskIsNamedAndTheRunGoesOnWhenThereIsRoom() throws IOException {
    TestSpark.session().sparkContext().hadoopConfiguration().set("fs.full.impl", FullDisk.class.getName());
    Path input = input(rows(0, 4, "\"hi\""));
    List<String> command = JobRun.generateArguments(output(), "--input", input.toString(), "--max-new-tokens", "2");
    command.replaceAll(argument -> argument.equals(output().toString()) ? "full:" + argument : argument);
    FullDisk.full = true;
    JobRun stopped = JobRun.run(output(), command).expect(1);
    assertThat(stopped.err())
        .contains("error: JOB: a disk is full, that of the output in full:" + output(),
            "make room and give the same command again, committed waves stay");
    assertThat(WavesJobTest.names(output())).contains("_run.json", "_input");
    FullDisk.full = false;
    assertThat(JobRun.run(output(), command).expect(0).texts()).hasSize(4);
  }

  /** A file system whose disk has room for the input and none for what is decoded. */
  public static final class FullDisk extends RawLocalFileSystem {
    private static volatile boolean full;

    @Override
    public URI getUri() {
      return URI.create("full:///");
    }

    @Override
    public String getScheme() {
      return "full";
    }

    @Override
    protected OutputStream createOutputStream(org.apache.hadoop.fs.Path path, boolean append) throws IOException {
      checkRoom(path);
      return isWhole(path) ? new Whole(pathToFile(path).toPath()) : super.createOutputStream(path, append);
    }

    @Override
    protected OutputStream createOutputStreamWithMode(
        org.apache.hadoop.fs.Path path, boolean append, FsPermission permission) throws IOException {
      checkRoom(path);
      return isWhole(path) ? new Whole(pathToFile(path).toPath()) : super.createOutputStreamWithMode(path, append, permission);
    }

    /** What other threads read while it is written anew appears whole, as on an object store. */
    private static final class Whole extends ByteArrayOutputStream {
      private final Path file;

      Whole(Path file) {
        this.file = file;
      }

      @Override
      public void close() throws IOException {
        Path fresh = Files.write(file.resolveSibling("_fresh"), toByteArray());
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      }
    }

    private static boolean isWhole(org.apache.hadoop.fs.Path path) {
      return path.getName().equals("_run.json");
    }

    private static void checkRoom(org.apache.hadoop.fs.Path path) throws IOException {
      if (full && path.toString().contains("staged-")) {
        throw new IOException("No space left on device");
      }
    }
  }

  @Test
  void aRowThatSawTheEndOfTwoProcessesAtLastAloneEndsNoThird() throws IOException {
    Path input = input(rows(0, 4, "\"hi\""));
    String[] arguments = {"--input", input.toString(), "--max-new-tokens", "2"};
    System.setProperty("TALON_STOP_AT", "decoding:0:fail");
    JobRun.generate(output(), arguments).expect(1);
    System.clearProperty("TALON_STOP_AT");
    Strikes strikes = Strikes.of(RunDirectory.of(output().toString(), new Configuration(false)));
    TalonException reason = new TalonException(ErrorCode.ENGINE, "CUDA error: an illegal memory access was encountered");
    strikes.add(new Mailbox.Lost(Set.of("1", "2"), 3, reason));
    strikes.add(new Mailbox.Lost(Set.of("2"), 1, reason));
    JobRun run = JobRun.generate(output(), arguments).expect(3);
    assertThat(run.texts()).containsOnlyKeys("0/0/0", "1/0/0", "3/0/0");
    Row bad = run.table("quarantine").select("prompt_id", "error_code", "attempts", "error_message").head();
    assertThat(bad.getString(0)).isEqualTo("2");
    assertThat(bad.getString(1)).isEqualTo("ENGINE");
    assertThat(bad.getInt(2)).isEqualTo(2);
    assertThat(bad.getString(3)).isEqualTo(
        "2 processes were lost while it was decoded, at last without any other row beside it: "
            + "CUDA error: an illegal memory access was encountered");
    assertThat(WavesJobTest.names(output())).doesNotContain("_strikes");
  }

  @Test
  void samplesAreBoundedAndHandedOutAsTheyAreDecoded() throws IOException, InterruptedException {
    Path input = input(
        "{\"id\": \"many\", \"prompt\": \"hi\", \"n\": 100}",
        "{\"id\": \"more\", \"prompt\": \"hi\", \"n\": 101}");
    CompletableFuture<JobRun> running = CompletableFuture.supplyAsync(() -> JobRun.generate(
        output(),
        "--input", input.toString(),
        "--override-columns", "n", "--max-samples", "100", "--max-new-tokens", "6", "--policy", "ar", "--partitions", "1"));
    int most = 0;
    while (!running.isDone()) {
      most = Math.max(most, EnginePool.load().waiting());
      Thread.sleep(2);
    }
    JobRun run = running.join().expect(3);
    assertThat(most).as("Should keep one batch waiting and no more").isBetween(1, 8);
    assertThat(run.texts()).hasSize(100).containsKeys("many/0/0", "many/99/0");
    assertThat(run.table("quarantine").select("error_message").head().getString(0))
        .isEqualTo("samples must be 100 at most, as --max-samples says: 101");
    assertThat(JobRun.generate(directory.resolve("no"), "--input", input.toString(), "--samples", "1025").expect(2).err())
        .contains("samples must be 1024 at most, as --max-samples says: 1025");
  }
}
