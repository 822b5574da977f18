package io.talon.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.cli.JobRun;
import io.talon.conf.Command;
import io.talon.conf.GenerateOptions;
import io.talon.conf.Key;
import io.talon.conf.Settings;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.engine.EngineSpec;
import io.talon.serve.RunType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTypeTest {
  private static final Path TARGET = JobRun.SAMPLES.resolve("models/talon-demo/target");
  private static final RunType BF16 = new RunType("bf16", "which executor 1 on a took for --dtype auto", "2.7.1", "0.35.1");
  private static final String PLACE = new ExecutorPlace("3", "b").toString();
  private static final String REMEDY =
      " compute in bf16, which executor 1 on a took for --dtype auto for the whole run, as texts "
          + "of two types must not be mixed; run with --dtype fp32, which every machine can do, or without that machine";

  @Test
  void autoIsDecidedOnceAndNamesWhoDecided() {
    RunType type = probe(TARGET).type();
    assertThat(type.dtype()).isIn("fp32", "bf16");
    assertThat(type.reason()).matches("which the driver on \\S+ took for --dtype auto");
    assertThat(type.libtorch()).startsWith("2.7.1");
    assertThat(type.djl()).startsWith("0.");
    assertThat(RunType.here(options("fp32").models(), "cpu", "this machine"))
        .isEqualTo(new RunType("fp32", "which --dtype names", type.libtorch(), type.djl()));
  }

  @Test
  void anEngineThatDoesNotOpenIsFoundAtOnce(@TempDir Path directory) throws IOException {
    for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(TARGET.resolve(name), directory.resolve(name));
    }
    byte[] weights = Files.readAllBytes(TARGET.resolve("model.safetensors"));
    Files.write(directory.resolve("model.safetensors"), Arrays.copyOf(weights, weights.length / 2));
    assertThatThrownBy(() -> probe(directory))
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_FILE))
        .hasMessageStartingWith("the driver on ")
        .hasMessageContaining("model.safetensors");
  }

  private static EngineProbe.Found probe(Path target) {
    SparkSession spark = TestSpark.session();
    Broadcast<List<SuffixIndex>> corpora = JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(List.of());
    return EngineProbe.onOneExecutor(spark, TaskPlan.undecided(options("auto", target), Instant.EPOCH), corpora);
  }

  @Test
  void tasksAreToldWhatWasDecided() {
    TaskPlan plan = TaskPlan.of(options("auto"), null, 0, BF16, Instant.EPOCH);
    assertThat(plan.models().dtype()).isEqualTo("bf16");
    assertThat(plan.engine(options("auto").models(), "cpu").models().dtype()).isEqualTo("bf16");
  }

  @Test
  void enginesOfTheTypeAreTaken() {
    EngineSpec spec = spec("bf16");
    assertThat(BF16.check(() -> spec, "cpu", PLACE)).isSameAs(spec);
  }

  @Test
  void enginesOfAnotherTypeAreRefused() {
    assertRefused(() -> spec("fp32"), "cpu").hasMessage("executor 3 on b computes in fp32 and does not" + REMEDY);
  }

  @Test
  void machinesThatCannotAreRefused() {
    assertRefused(RunTypeTest::withoutType, "cpu").hasMessage("executor 3 on b cannot" + REMEDY);
  }

  @Test
  void aDeviceThatIsMissingIsNoQuestionOfTypes() {
    assertRefused(RunTypeTest::withoutType, "cuda:99").hasMessage("executor 3 on b: what the engine says");
  }

  @Test
  void otherErrorsStayWhatTheyAre() {
    TalonException broken = new TalonException(ErrorCode.MODEL_FILE, "truncated");
    assertThatThrownBy(() -> BF16.check(
        () -> {
          throw broken;
        },
        "cpu",
        PLACE))
        .isSameAs(broken);
  }

  private static EngineSpec withoutType() {
    throw new TalonException(ErrorCode.DEVICE, "what the engine says");
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(Supplier<EngineSpec> engine, String device) {
    return assertThatThrownBy(() -> BF16.check(engine, device, PLACE))
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEVICE));
  }

  private static EngineSpec spec(String dtype) {
    return new EngineSpec(64, 0, 1, 128, 1, 1, "cpu", dtype, 1, 0, 0, true, "");
  }

  private static GenerateOptions options(String dtype) {
    return options(dtype, Path.of("target"));
  }

  private static GenerateOptions options(String dtype, Path target) {
    return GenerateOptions.of(Settings.layered(
        Command.GENERATE,
        Map.of(
            Key.INPUT, List.of("in"),
            Key.OUTPUT, List.of("out"),
            Key.TARGET, List.of(target.toString()),
            Key.THREADS, List.of("1"),
            Key.POLICY, List.of("ar"),
            Key.DTYPE, List.of(dtype)),
        null));
  }
}
