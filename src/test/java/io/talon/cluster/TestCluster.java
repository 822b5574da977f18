package io.talon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * A standalone Spark cluster on the loopback device: a master and two workers, each a JVM of its own with two cores and two
 * GPUs that a discovery script made up. It serves all tests of this JVM and ends with it.
 *
 * <p>Logs are in target/cluster: those of the processes, and below work-N those of the executors.
 */
final class TestCluster {
  static final Path LOGS = Path.of("target", "cluster").toAbsolutePath();
  private static final List<String> SMALL_JVM = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
  private static final List<String> GPUS = List.of("\"4\",\"5\"", "\"6\",\"7\"");
  private static final List<String> DRIVER_OPTIONS = List.of(
      "-Xmx1g",
      "-XX:TieredStopAtLevel=1",
      "-Dai.djl.offline=true",
      "-DOPT_OUT_TRACKING=true",
      "-Dlog4j2.configurationFile=" + Path.of("conf", "log4j2.properties").toUri(),
      "-Dtalon.log=info");
  private static TestCluster shared;

  private final List<JavaProcess> processes = new ArrayList<>();
  private final String url;
  private int jobs;

  private TestCluster() throws IOException, InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::end));
    FileUtils.deleteDirectory(LOGS.toFile());
    Files.createDirectories(LOGS);
    JavaProcess master = start(
        "master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0");
    url = master.awaitErr("Starting Spark master at (spark://\\S+)").group(1);
    List<JavaProcess> workers = new ArrayList<>();
    for (int i = 0; i < GPUS.size(); i++) {
      Path conf = LOGS.resolve("worker-" + i + ".conf");
      Files.writeString(
          conf,
          "spark.worker.resource.gpu.amount 2\nspark.worker.resource.gpu.discoveryScript " + discoveryScript(i) + "\n");
      workers.add(
          start(
              "worker-" + i,
              "org.apache.spark.deploy.worker.Worker",
              "--host", "127.0.0.1",
              "--cores", "2",
              "--memory", "4g",
              "--webui-port", "0",
              "--work-dir", workDirectory(i).toString(),
              "--properties-file", conf.toString(),
              url));
    }
    for (JavaProcess worker : workers) {
      worker.awaitErr("Successfully registered with master");
    }
  }

  /** The cluster of this JVM, which the first who asks starts. */
  static synchronized TestCluster shared() throws IOException, InterruptedException {
    if (shared == null) {
      shared = new TestCluster();
    }
    return shared;
  }

  /**
   * Submits {@code talon generate} on the demo pair, in fp32, with one executor of one core and one GPU on each worker.
   *
   * @param properties settings of Spark's beside these, and system properties of the driver
   * @param arguments of the command
   */
  JavaProcess generate(Path output, Map<String, String> properties, String... arguments) throws IOException {
    return generate(output, properties, Map.of(), arguments);
  }

  /** The same with variables of the driver's environment. */
  JavaProcess generate(
      Path output, Map<String, String> properties, Map<String, String> environment, String... arguments) throws IOException {
    Map<String, String> settings = new TreeMap<>(
        Map.of(
            "spark.cores.max", "2",
            "spark.executor.cores", "1",
            "spark.executor.memory", "1g",
            "spark.executor.resource.gpu.amount", "1",
            "spark.task.resource.gpu.amount", "1",
            "spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -Dai.djl.offline=true -DOPT_OUT_TRACKING=true",
            "spark.sql.shuffle.partitions", "2",
            "spark.ui.enabled", "false"));
    settings.putAll(properties);
    List<String> options = new ArrayList<>(DRIVER_OPTIONS);
    List<String> command = new ArrayList<>(List.of("--master", url, "--class", "io.talon.cli.Main"));
    settings.forEach((key, value) -> {
      if (key.startsWith("spark.")) {
        command.addAll(List.of("--conf", key + "=" + value));
      } else {
        options.add("-D" + key + "=" + value);
      }
    });
    command.add(System.getProperty("talon.jar"));
    command.addAll(JobRun.generateArguments(output, arguments));
    JavaProcess driver =
        JavaProcess.start(LOGS, "job-" + jobs++, environment, options, "org.apache.spark.deploy.SparkSubmit", command);
    processes.add(driver);
    return driver;
  }

  /** The executors that are up, of all applications. */
  List<Executor> executors() {
    return processes.stream()
        .flatMap(process -> process.children().stream())
        .map(Executor::of)
        .flatMap(List::stream)
        .toList();
  }

  /** Ends all processes; of their files the logs stay. */
  private void end() {
    processes.forEach(JavaProcess::close);
    for (File jar : FileUtils.listFiles(LOGS.toFile(), new String[] {"jar"}, true)) {
      FileUtils.deleteQuietly(jar);
    }
    FileUtils.deleteQuietly(LOGS.resolve("local").toFile());
  }

  private JavaProcess start(String name, String mainClass, String... arguments) throws IOException {
    JavaProcess process = JavaProcess.start(LOGS, name, Map.of(), SMALL_JVM, mainClass, List.of(arguments));
    processes.add(process);
    return process;
  }

  private static Path workDirectory(int worker) {
    return LOGS.resolve("work-" + worker);
  }

  private static Path discoveryScript(int worker) throws IOException {
    Path script = LOGS.resolve("gpus-" + worker + ".sh");
    Files.writeString(script, "#!/bin/sh\necho '{\"name\":\"gpu\",\"addresses\":[" + GPUS.get(worker) + "]}'\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /**
   * An executor's process.
   *
   * @param log its standard error
   */
  record Executor(ProcessHandle process, Path log) {
    private static final String MAIN = "org.apache.spark.executor.CoarseGrainedExecutorBackend";

    /** The executor that a process is; none if it is something else or has just ended. */
    static List<Executor> of(ProcessHandle process) {
      List<String> words = List.of(process.info().arguments().orElse(new String[0]));
      if (!words.contains(MAIN)) {
        return List.of();
      }
      String application = words.get(words.indexOf("--app-id") + 1);
      String id = words.get(words.indexOf("--executor-id") + 1);
      return Stream.of(workDirectory(0), workDirectory(1))
          .map(work -> work.resolve(application).resolve(id).resolve("stderr"))
          .filter(Files::exists)
          .map(log -> new Executor(process, log))
          .toList();
    }

    /** Whether it has decoded a unit of a wave, by the name under which that is staged. */
    boolean hasDecoded(String wave) {
      return Pattern.compile("Saved output of task .*/_work/" + wave + "/").matcher(JavaProcess.read(log)).find();
    }

    /** Sends the signal that no process can see coming, and waits until this one is gone. */
    void kill() {
      assertThat(process.destroyForcibly()).isTrue();
      process.onExit().join();
    }
  }
}
