package io.talon.job.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.cli.JobRun;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data source through Spark's own front doors, each in a process of its own with nothing but jars. */
class SqlDoorsIT {
  private static final String PACKAGE = "org.apache.spark.sql.hive.thriftserver.";
  private static final Path DEMO = JobRun.SAMPLES.resolve("models/talon-demo").toAbsolutePath();
  private static final int MINUTES = 8;

  @TempDir
  Path directory;

  @Test
  void sparkSqlRunsTheJobWhenItFirstReadsAndNotAgain() throws Exception {
    Path input = Files.writeString(
        directory.resolve("p.jsonl"),
        "{\"id\": \"a\", \"prompt\": \"What is the capital of Peru?\"}\n{\"id\": \"b\", \"prompt\": \"\"}\n");
    Path script = Files.writeString(directory.resolve("s.sql"), String.join("\n",
        Files.readString(Path.of("jobs/examples/answers.sql")),
        "SELECT concat('kept ', count(*)) FROM kept;",
        view("more", input, ""),
        "SELECT concat('more ', count(*), ' ', max(prompt_id)) FROM more;",
        view("bad", input, ", table 'quarantine'"),
        "SELECT concat('bad ', prompt_id, ' ', error_code) FROM bad;",
        "CREATE TEMPORARY VIEW wrong USING talon OPTIONS (bugdet '3');"));
    Path out = directory.resolve("out.txt");
    Process process =
        start(out, PACKAGE + "SparkSQLCLIDriver", List.of("-d", "out=" + directory.resolve("example"), "-f", script.toString()));
    assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(out))
        .contains("kept 4", "more 1 a", "bad b BAD_PROMPT")
        .contains("BAD_OPTION: the source talon does not know the key bugdet; the nearest it knows is budget");
  }

  @Test
  void jdbcReachesItThroughTheThriftServer() throws Exception {
    Path input = Files.writeString(
        directory.resolve("p.jsonl"), "{\"id\": \"a\", \"prompt\": \"What does a cow eat?\"}\n");
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path out = directory.resolve("server.txt");
    Process server = start(
        out,
        PACKAGE + "HiveThriftServer2",
        List.of("--hiveconf", "hive.server2.thrift.port=" + port, "--hiveconf", "hive.server2.thrift.bind.host=127.0.0.1"));
    try (Connection connection = connect("jdbc:hive2://127.0.0.1:" + port + "/", server, out);
        Statement statement = connection.createStatement()) {
      statement.execute(view("answers", input, "").replace(";", ""));
      try (ResultSet rows = statement.executeQuery("SELECT prompt_id, generated_text FROM answers")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("a");
        assertThat(rows.getString(2)).isNotBlank();
        assertThat(rows.next()).isFalse();
      }
      assertThatThrownBy(
          () -> statement.execute("CREATE TEMPORARY VIEW wrong USING talon OPTIONS (input 'x', output 'y', target 'z')"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("BAD_OPTION: policy auto needs a draft");
    } finally {
      server.destroyForcibly();
    }
  }

  private String view(String name, Path input, String more) {
    Map<String, String> options = new TreeMap<>();
    options.put("input", input.toString());
    options.put("output", directory.resolve("run").toString());
    options.put("target", DEMO.resolve("target").toString());
    options.put("draft", DEMO.resolve("head").toString());
    options.put("dtype", "fp32");
    options.put("threads", "1");
    options.put("max_new_tokens", "16");
    List<String> typed = new ArrayList<>();
    options.forEach((key, value) -> typed.add(key + " '" + value + "'"));
    return "CREATE TEMPORARY VIEW " + name + " USING talon OPTIONS (" + String.join(", ", typed) + more + ");";
  }

  private Process start(Path out, String mainClass, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(ManagementFactory.getRuntimeMXBean()
        .getInputArguments()
        .stream()
        .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-Djdk.reflect"))
        .toList());
    command.addAll(List.of(
        "-Xmx2g", "-Dspark.master=local[2]", "-Dspark.app.name=doors", "-Dspark.ui.enabled=false",
        "-Dspark.sql.catalogImplementation=in-memory", "-Dspark.sql.warehouse.dir=" + directory.resolve("warehouse"),
        "-Dai.djl.offline=true", "-DOPT_OUT_TRACKING=true"));
    command
        .addAll(List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), mainClass));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(out.toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.start();
  }

  private static Connection connect(String url, Process server, Path out) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
    while (true) {
      try {
        return DriverManager.getConnection(url);
      } catch (SQLException e) {
        assertThat(server.isAlive() && System.nanoTime() < end).as("Should listen; it said %s", Files.readString(out)).isTrue();
        Thread.sleep(200);
      }
    }
  }
}
