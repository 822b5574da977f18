package io.talon.job.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import io.talon.conf.Command;
import io.talon.conf.Key;
import io.talon.conf.ModelSourceOptions;
import io.talon.conf.Settings;
import io.talon.job.TestSpark;
import io.talon.source.FakeHub;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.util.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Models that lie elsewhere, from the command line to the texts. */
class ModelSourcesTest {
  private static final Path DEMO = JobRun.SAMPLES.resolve("models/talon-demo").toAbsolutePath();
  private static final String TOKEN = TestSpark.TOKEN;

  @TempDir
  Path directory;

  @Test
  void modelsOfFileSystemsWriteTheSameTexts() throws IOException {
    JobRun local = generate("local").expect(0);
    String cache = directory.resolve("cache").toString();
    String[] elsewhere = {"--target", uri("target"), "--draft", uri("head"), "--model-cache", cache};
    JobRun copied = generate("copied", elsewhere).expect(0);
    assertThat(copied.texts()).isEqualTo(local.texts());
    assertThat(copied.err().lines().filter(line -> line.startsWith("bringing "))).hasSize(2);
    assertThat(options(copied)).containsPattern("\"target\":\"\\Q" + uri("target") + "\\E#[0-9a-f]{16}\"");
    assertThat(generate("again", elsewhere).expect(0).err()).as("Should find the copies").doesNotContain("bringing ");
    assertThat(fingerprint(copied)).as("Should depend on the contents alone").isEqualTo(fingerprint(local));
  }

  @Test
  void modelsOfTheHubAreTakenAtOneCommitWithoutATraceOfTheToken() throws IOException {
    try (FakeHub hub = new FakeHub().requiring(TOKEN)) {
      try (Stream<Path> files = Files.list(DEMO.resolve("target"))) {
        for (Path file : files.toList()) {
          hub.file(file.getFileName().toString(), Files.readAllBytes(file));
        }
      }
      StringWriter log = new StringWriter();
      JobRun run = logging(log, () -> generate(
          "hub",
          "--target", "hf:" + FakeHub.REPOSITORY,
          "--policy", "ar",
          "--hf-endpoint", hub.endpoint(),
          "--hf-token", TOKEN,
          "--model-cache", directory.resolve("cache").toString()))
          .expect(0);
      assertThat(log.toString()).contains("committed", "Starting task ").doesNotContain(TOKEN);
      String pinned = "hf:" + FakeHub.REPOSITORY + "@" + FakeHub.COMMIT;
      assertThat(run.texts()).isEqualTo(generate("local", "--policy", "ar").expect(0).texts());
      assertThat(options(run)).contains("\"target\":\"" + pinned + "\"");
      assertThat(run.out()).contains("--target " + pinned);
      assertThat(run.out() + run.err() + options(run)).doesNotContain(TOKEN);
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)).doesNotContain(TOKEN);
        }
      }
    }
  }

  @Test
  void sparksPagesShowNoToken() throws IOException {
    SparkContext context = TestSpark.session().sparkContext();
    assertThat(context.getConf().get("spark.executorEnv.HF_TOKEN")).isEqualTo(TOKEN);
    String ui = context.uiWebUrl().get();
    for (String page : List.of(
        "/environment/", "/jobs/", "/stages/", "/executors/", "/SQL/",
        "/api/v1/applications/" + context.applicationId() + "/environment")) {
      try (InputStream in = URI.create(ui + page).toURL().openStream()) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        assertThat(text).as(page).isNotEmpty().doesNotContain(TOKEN);
        assertThat(text.contains("spark.executorEnv.HF_TOKEN")).as(page).isEqualTo(page.contains("environment"));
      }
    }
    Tuple2<String, String> command = new Tuple2<>("sun.java.command", "io.talon.cli.Main generate --hf-token " + TOKEN);
    Seq<Tuple2<String, String>> shown =
        Utils.redact(context.getConf(), JavaConverters.asScalaBuffer(List.of(command)).toSeq());
    assertThat(shown.mkString()).contains("sun.java.command").doesNotContain(TOKEN);
  }

  /** Runs something while everything that is logged goes to a text. */
  private static <T> T logging(StringWriter text, Supplier<T> task) {
    LoggerContext context = LoggerContext.getContext(false);
    LoggerConfig root = context.getConfiguration().getRootLogger();
    Level level = root.getLevel();
    Map<String, Appender> appenders = Map.copyOf(root.getAppenders());
    WriterAppender writer =
        WriterAppender.createAppender(PatternLayout.createDefaultLayout(), null, text, "text", false, true);
    writer.start();
    appenders.keySet().forEach(root::removeAppender);
    root.addAppender(writer, Level.ALL, null);
    root.setLevel(Level.INFO);
    Configurator.setLevel("io.talon", Level.ALL);
    context.updateLoggers();
    try {
      return task.get();
    } finally {
      Configurator.setLevel("io.talon", level);
      root.removeAppender("text");
      appenders.values().forEach(appender -> root.addAppender(appender, null, null));
      root.setLevel(level);
      context.updateLoggers();
    }
  }

  @Test
  void modelsThatCannotComeAreRefusedBeforeTheFirstRow() {
    assertThat(generate("none", "--target", "file:///nowhere/at/all").expect(2).err())
        .startsWith("error: MODEL_SOURCE: cannot list the model file:///nowhere/at/all: ");
    assertThat(generate("changed", "--target", uri("target") + "#0123456789abcdef").expect(2).err())
        .startsWith("error: MODEL_SOURCE: " + uri("target") + " has changed: its version is ");
    assertThat(generate("scheme", "--target", "gopher://x/y").expect(2).err())
        .startsWith("error: MODEL_SOURCE: cannot list the model gopher://x/y: No FileSystem for scheme");
    assertThat(generate("hub", "--target", "hf:a/b/c").expect(2).err()).startsWith("error: BAD_OPTION: a model of the hub");
  }

  @Test
  void otherMistakesShowBeforeAModelComes() {
    JobRun run = generate("mu", "--target", uri("target"), "--mu", "2", "--model-cache", directory.resolve("c").toString());
    assertThat(run.expect(2).err()).startsWith("error: BAD_OPTION: mu must be in (0, 1]").doesNotContain("bringing");
  }

  @Test
  void pinningLeavesWhatLiesHereAsItWasTyped() {
    Settings settings = Settings.layered(Command.BENCH, Map.of(), null)
        .with(Key.TARGET, "models/x")
        .with(Key.DRAFT, "heads/y," + uri("head"));
    Settings pinned = new ModelSources(ModelSourceOptions.of(settings, Map.of()), note -> {}).pinned(settings);
    assertThat(pinned.required(Key.TARGET)).isEqualTo("models/x");
    assertThat(pinned.required(Key.DRAFT)).matches("heads/y,\\Q" + uri("head") + "\\E#[0-9a-f]{16}");
  }

  @Test
  void copiesLieUnderTheLocalDirectoryOfTheNode() {
    SparkConf conf = new SparkConf(false).set("spark.local.dir", "/scratch,/other");
    String name = "talon-models-" + System.getProperty("user.name");
    assertThat(ModelSources.defaultCache(conf, Map.of())).isEqualTo(Path.of("/scratch", name));
    assertThat(ModelSources.defaultCache(conf, Map.of("LOCAL_DIRS", "/yarn/a,/yarn/b"))).isEqualTo(Path.of("/yarn/a", name));
    assertThat(ModelSources.defaultCache(conf, Map.of("SPARK_LOCAL_DIRS", "/s"))).isEqualTo(Path.of("/s", name));
    assertThat(ModelSources.defaultCache(new SparkConf(false), Map.of()))
        .isEqualTo(Path.of(System.getProperty("java.io.tmpdir"), name));
  }

  private JobRun generate(String output, String... arguments) {
    List<String> all = Stream.concat(
        Stream.of("--input", JobRun.SAMPLES.resolve("prompts.jsonl").toString(), "--limit", "3"), Stream.of(arguments))
        .toList();
    return JobRun.generate(directory.resolve(output), all.toArray(String[]::new));
  }

  private static String uri(String model) {
    return "file://" + DEMO.resolve(model);
  }

  private static String options(JobRun run) {
    return run.table("runs").head().getAs("options");
  }

  private static String fingerprint(JobRun run) {
    return run.table("runs").head().getAs("fingerprint");
  }
}
