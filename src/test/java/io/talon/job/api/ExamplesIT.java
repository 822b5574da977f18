package io.talon.job.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts in jobs/examples, on the packaged jar. */
class ExamplesIT {
  private static final int MINUTES = 8;

  @TempDir
  Path directory;

  @Test
  void aTemplateOverATable() throws Exception {
    assertThat(run("template.sh")).contains("2 rows of column (prompt-template)", "tables: " + directory.resolve("out"));
  }

  @Test
  void anOpenAiBatch() throws Exception {
    assertThat(run("openai-batch.sh")).contains("\"object\":\"chat.completion\"", "\"role\":\"assistant\"");
  }

  private String run(String script) throws Exception {
    Path log = directory.resolve("log.txt");
    Process process = new ProcessBuilder("jobs/examples/" + script, directory.resolve("out").toString())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as("%s", Files.readString(log)).isZero();
    return Files.readString(log);
  }
}
