package io.talon.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.cli.JobRun;
import io.talon.model.TargetSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelNotesTest {
  private static final Path DEMO = JobRun.SAMPLES.resolve("models/talon-demo/target");
  private static final String NO_END = "note: the target names no end-of-sequence id, neither in generation_config.json nor in "
      + "config.json: only --stop and --max-new-tokens end its texts";
  private static final String PENALTY =
      "note: repetition_penalty 1.1 of generation_config.json is ignored: there is no such penalty here";

  @TempDir
  Path directory;

  @Test
  void aModelWithNothingOddHasNone() {
    assertThat(ModelNotes.of(DEMO, TargetSpec.read(DEMO))).isEmpty();
  }

  @Test
  void aPenaltyOfOneIsNone() throws IOException {
    Files.writeString(directory.resolve("generation_config.json"), "{\"repetition_penalty\": 1.0}");
    assertThat(ModelNotes.of(directory, TargetSpec.read(DEMO))).isEmpty();
  }

  @Test
  void theConsoleSaysOnceWhatIsOdd() throws IOException {
    try (Stream<Path> files = Files.list(DEMO)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    ObjectMapper json = new ObjectMapper();
    Path config = directory.resolve("config.json");
    ObjectNode withoutEnd = ((ObjectNode) json.readTree(config.toFile())).without("eos_token_id");
    json.writeValue(config.toFile(), withoutEnd);
    Files.writeString(directory.resolve("generation_config.json"), "{\"repetition_penalty\": 1.1}");
    JobRun run = JobRun.generate(
        directory.resolve("out"),
        "--input", JobRun.SAMPLES.resolve("prompts.jsonl").toString(),
        "--limit", "2",
        "--max-new-tokens", "4",
        "--target", directory.toString())
        .expect(0);
    assertThat(run.out().lines().filter(line -> line.startsWith("note: "))).containsExactly(NO_END, PENALTY);
  }
}
