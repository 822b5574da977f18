package io.talon.job.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import io.talon.conf.Command;
import io.talon.conf.GenerateOptions;
import io.talon.conf.Key;
import io.talon.conf.Settings;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.job.TestSpark;
import io.talon.serve.ModelCheck;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A corpus of a run that is larger than what there is room for. */
class RunCorpusTest {
  private static final int TEXTS = 2000;
  private static final int TOKENS = 100; // and one for the prompt, and a separator

  @TempDir
  Path directory;

  @Test
  void asManyTextsAsThereIsRoomForAreChosenFromAllOverTheRun() {
    TestSpark.session()
        .range(0, TEXTS, 1, 3)
        .selectExpr("'a' as prompt_text",
            "transform(sequence(1, " + TOKENS + "), i -> int(pmod(xxhash64(id, i), 1000))) as generated_token_ids")
        .write()
        .parquet(directory.resolve("generations").toString());
    List<String> notes = new ArrayList<>();
    SuffixIndex some = read("30000", notes);
    int each = (some.length() - some.texts()) / some.texts() + 1;
    assertThat(some.length()).isBetween(30_000 - each, 30_000);
    assertThat(some.texts()).as("Should be as many as fit").isEqualTo(30_000 / each);
    assertThat(notes).singleElement().isEqualTo(
        "note: of the 2,000 generations of run:%s, %d are drafted from, with %,d tokens; the others are left out, as "
            .formatted(directory, some.texts(), some.length()) + "--corpus-tokens says: 30,000");
    notes.clear();
    assertThat(read("1000000", notes).texts()).isEqualTo(TEXTS);
    assertThat(notes).isEmpty();
  }

  private SuffixIndex read(String corpusTokens, List<String> notes) {
    GenerateOptions options = GenerateOptions.of(Settings.layered(
        Command.GENERATE,
        Map.of(
            Key.INPUT, List.of("in"),
            Key.OUTPUT, List.of("out"),
            Key.TARGET, List.of(JobRun.SAMPLES.resolve("models/talon-demo/target").toString()),
            Key.DRAFT, List.of("run:" + directory),
            Key.CORPUS_TOKENS, List.of(corpusTokens)),
        null));
    ModelCheck models = ModelCheck.of(options.models(), List.of(options.draft()), Instant.EPOCH);
    return new RunCorpus(options.models(), models, notes::add).read(TestSpark.session()).get(0);
  }
}
