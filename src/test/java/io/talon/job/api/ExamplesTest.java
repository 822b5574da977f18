package io.talon.job.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.job.TestSpark;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The programs in jobs/examples, as they stand there; the scripts among them run in {@code ExamplesIT}. */
class ExamplesTest {
  @Test
  void datasetsGetAColumn() throws Exception {
    assertThat(printed("DataFrameExample"))
        .contains("|What is the capital of Peru?|", "|What does a cow eat?", "|BAD_PROMPT|");
  }

  @Test
  void pipelinesHaveAStage() throws Exception {
    assertThat(printed("PipelineExample")).contains("|Peru   |", "|Japan  |");
  }

  @Test
  void examplesAreShort() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("jobs/examples"))) {
      List<Path> all = files.toList();
      assertThat(all).hasSizeGreaterThanOrEqualTo(5)
          .allSatisfy(file -> assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(40));
    }
  }

  private static String printed(String example) throws Exception {
    TestSpark.session();
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      scala.Console.withOut(System.out, () -> run(example));
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static Object run(String example) {
    try {
      return Class.forName(example).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
