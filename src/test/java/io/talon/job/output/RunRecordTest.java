package io.talon.job.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.conf.Command;
import io.talon.conf.GenerateOptions;
import io.talon.conf.Key;
import io.talon.conf.Settings;
import io.talon.run.RunModels;
import io.talon.serve.ModelCheck;
import io.talon.serve.RunType;
import io.talon.serve.TemplateDay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes two runs differ. */
class RunRecordTest {
  private static final Instant NOW = Instant.parse("2026-11-22T23:30:00Z");
  private static final RunModels MODELS =
      new RunModels(new RunModels.Identity("/models/t", "aa"), new RunModels.Identity("/models/d", "bb"));

  @TempDir
  Path directory;

  @Test
  void fingerprintsCoverAllThatTextsDependOn() {
    String plain = fingerprint(MODELS, "fp32", Map.of());
    assertThat(fingerprint(MODELS, "fp32", Map.of())).isEqualTo(plain);
    assertThat(List.of(
        fingerprint(MODELS, "bf16", Map.of()),
        fingerprint(new RunModels(new RunModels.Identity("/models/t", "ab"), MODELS.draft()), "fp32", Map.of()),
        fingerprint(MODELS, "fp32", Map.of(Key.EXACT, List.of("off"))),
        fingerprint(MODELS, "fp32", Map.of(Key.MAX_CONTEXT, List.of("512"))),
        fingerprint(MODELS, "fp32", Map.of(Key.TEMPERATURE, List.of("1"))),
        fingerprint(MODELS, "fp32", Map.of(Key.STOP, List.of("x"))),
        fingerprint(MODELS, "fp32", Map.of(Key.SYSTEM, List.of("Be brief."))),
        fingerprint(MODELS, "fp32", Map.of(Key.PROMPT_TEMPLATE, List.of("{{ a }}"))),
        fingerprint(MODELS, "fp32", Map.of(Key.TEMPLATE_KWARGS, List.of("{\"a\": 1}"))),
        fingerprint(MODELS, "fp32", Map.of(Key.SEED, List.of("1")))))
        .doesNotHaveDuplicates()
        .doesNotContain(plain);
  }

  @Test
  void draftsAndBatchesCountWhereRowsAreNotExact() {
    Map<Key, List<String>> budget = Map.of(Key.BUDGET, List.of("16"), Key.BATCH, List.of("2"));
    assertThat(fingerprint(MODELS, "bf16", budget)).isEqualTo(fingerprint(MODELS, "bf16", Map.of()));
    Map<Key, List<String>> off = Map.of(Key.EXACT, List.of("off"));
    Map<Key, List<String>> budgetOff = new HashMap<>(budget);
    budgetOff.putAll(off);
    assertThat(fingerprint(MODELS, "bf16", budgetOff)).isNotEqualTo(fingerprint(MODELS, "bf16", off));
  }

  @Test
  void theDayCountsWhereTheTemplateWritesIt() throws IOException {
    assertThat(TemplateDay.of(directory, NOW)).isEmpty();
    Files.writeString(directory.resolve("tokenizer_config.json"), "{\"chat_template\": \"{{ messages }}\"}");
    assertThat(TemplateDay.of(directory, NOW)).isEmpty();
    String before = fingerprint(MODELS, "fp32", Map.of(), NOW);
    assertThat(fingerprint(MODELS, "fp32", Map.of(), NOW.plus(Duration.ofDays(1)))).isEqualTo(before);
    Files.writeString(directory.resolve("chat_template.jinja"), "{{ strftime_now('%d %b %Y') }}");
    assertThat(TemplateDay.of(directory, NOW)).isEqualTo("2026-11-22");
    assertThat(fingerprint(MODELS, "fp32", Map.of(), NOW.plus(Duration.ofDays(1))))
        .isNotEqualTo(fingerprint(MODELS, "fp32", Map.of(), NOW));
  }

  private String fingerprint(RunModels models, String dtype, Map<Key, List<String>> typed) {
    return fingerprint(models, dtype, typed, NOW);
  }

  private String fingerprint(RunModels models, String dtype, Map<Key, List<String>> typed, Instant now) {
    Map<Key, List<String>> all = new HashMap<>(typed);
    all.put(Key.INPUT, List.of("in"));
    all.put(Key.OUTPUT, List.of("out"));
    all.put(Key.TARGET, List.of(directory.toString()));
    all.put(Key.DRAFT, List.of("d"));
    GenerateOptions options = GenerateOptions.of(Settings.layered(Command.GENERATE, all, null));
    ModelCheck check = new ModelCheck(options.models(), null, null, now);
    return RunRecord.of("run-1", check, options, new RunType(dtype, "", "", ""), models).fingerprint();
  }
}
