package io.talon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A JVM with Spark's jars on its class path, whose output goes to files that stay for a look at what went wrong. */
final class JavaProcess implements AutoCloseable {
  private static final Path SPARK_HOME = Path.of(property("talon.spark.home"));
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long POLL_MILLIS = 50;

  private final Process process;
  private final Path out;
  private final Path err;

  private JavaProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts a class of Spark's.
   *
   * @param name of the files NAME.out and NAME.err, beside which earlier ones are not kept
   * @param environment variables beside those that it has from here
   * @param options of the JVM
   */
  static JavaProcess start(
      Path logs,
      String name,
      Map<String, String> environment,
      List<String> options,
      String mainClass,
      List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of(property("talon.spark.opens").split(" ")));
    command.addAll(options);
    command.addAll(List.of("-cp", SPARK_HOME.resolve("jars") + "/*", mainClass));
    command.addAll(arguments);
    Path out = logs.resolve(name + ".out");
    Path err = logs.resolve(name + ".err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment()
        .putAll(
            Map.of(
                "SPARK_HOME", SPARK_HOME.toAbsolutePath().toString(),
                "SPARK_SCALA_VERSION", "2.12",
                "SPARK_LOCAL_IP", "127.0.0.1",
                "SPARK_LOCAL_DIRS", logs.resolve("local").toString()));
    builder.environment().putAll(environment);
    return new JavaProcess(builder.start(), out, err);
  }

  private static String property(String name) {
    String value = System.getProperty(name);
    assertThat(value).as("Should be set by the build: -D%s", name).isNotNull();
    return value;
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  boolean alive() {
    return process.isAlive();
  }

  /** The processes that this one has started. */
  List<ProcessHandle> children() {
    return process.children().toList();
  }

  /** Waits until the standard error matches, and says where. */
  Matcher awaitErr(String pattern) throws InterruptedException {
    return await(err, Pattern.compile(pattern), this);
  }

  /** Waits until the standard output matches. */
  Matcher awaitOut(String pattern) throws InterruptedException {
    return await(out, Pattern.compile(pattern), this);
  }

  /** Waits for the end and gives the exit code. */
  int exitCode() throws InterruptedException {
    boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(ended).as("Should end in %s; see %s", PATIENCE, err).isTrue();
    return process.exitValue();
  }

  /** Sends the signal that no process can see coming, and waits until this one is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public String toString() {
    return err.toString();
  }

  /** Waits until a log matches, while the process that has to bring it about lives. */
  private static Matcher await(Path log, Pattern pattern, JavaProcess author) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    boolean alive;
    do {
      alive = author.alive(); // before the look, so that nothing is missed
      Matcher matcher = pattern.matcher(read(log));
      if (matcher.find()) {
        return matcher;
      }
      Thread.sleep(POLL_MILLIS);
    } while (alive && System.nanoTime() < end);
    throw new AssertionError(
        "there is no \"" + pattern + "\" in " + log + (alive ? " after " + PATIENCE : ", and the process has ended"));
  }

  static String read(Path log) {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
