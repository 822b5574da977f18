package io.talon.job.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.cli.JobRun;
import io.talon.conf.OutputFormat;
import io.talon.job.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportsTest {
  @TempDir
  Path directory;

  @Test
  void generationsGoOutAsLinesAndAsADataset() throws IOException {
    Path input = Files.writeString(
        directory.resolve("p.jsonl"), "{\"id\": \"a\", \"prompt\": \"What does a cow eat?\", \"note\": null}\n{\"id\": \"b\"}\n");
    JobRun run = JobRun.generate(
        directory.resolve("out"), "--input", input.toString(), "--output-format", "json-lines", "--seed", "7").expect(3);
    List<String> lines = texts(run.output().resolve("json-lines"), ".jsonl");
    assertThat(lines).hasSize(1);
    JsonNode line = new ObjectMapper().readTree(lines.get(0));
    assertThat(line.get("generated_text").asText()).isEqualTo(run.texts().get("a/0/0"));
    assertThat(line.has("speedup") && line.get("speedup").isNull()).as("Should name columns that are null").isTrue();

    new Exports(TestSpark.session(), run.output().toString()).write(OutputFormat.HF_DATASET);
    Path dataset = run.output().resolve("hf-dataset");
    assertThat(TestSpark.session().read().parquet(dataset.resolve("data").toString()).head().<String>getAs("generated_text"))
        .isEqualTo(run.texts().get("a/0/0"));
    assertThat(Files.readString(dataset.resolve("README.md")))
        .startsWith("---\nconfigs:\n- config_name: default\n  data_files: data/*.parquet\n")
        .contains("| generations | 1 |", "| rows left out, as they could not be decoded | 1 |", "| seed | 7 |",
            "| computed in | fp32 |")
        .contains("| exact | on: each text is what the target alone writes", "--max-new-tokens 24\n", ", SHA-256 ")
        .doesNotContain("--output ");
    assertThat(run.output().resolve("_export")).doesNotExist();
  }

  private static List<String> texts(Path place, String ending) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      return files.filter(file -> file.toString().endsWith(ending)).flatMap(file -> {
        try {
          return Files.readAllLines(file).stream();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }).toList();
    }
  }
}
