package io.talon.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.decode.Coupling;
import io.talon.draft.lookup.Lookups;
import io.talon.draft.policy.AutoPolicy;
import io.talon.draft.policy.BeamPolicy;
import io.talon.draft.policy.BranchingPolicy;
import io.talon.draft.policy.ChainPolicy;
import io.talon.draft.policy.NoDraft;
import io.talon.draft.policy.OptTreePolicy;
import io.talon.draft.policy.StaticTreePolicy;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.Sampling;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerateOptionsTest {
  @Test
  void defaultsAreThoseOfTheHelp() {
    GenerateOptions options = options(Map.of());
    assertThat(options.draft()).isEqualTo(new DraftOptions(new AutoPolicy(32, 16), 32, new Coupling.Fitted()));
    assertThat(options.models().drafts().ngrams()).as("Should look nothing up unless asked").isEqualTo(Lookups.NONE);
    assertThat(options.text()).isEqualTo(new TextOptions(256, Sampling.GREEDY, List.of(), 1, 0, 1024));
    assertThat(options.batch()).isEqualTo(4);
    assertThat(options.baseline()).isEqualTo(Share.NONE);
    assertThat(options.roundStats(20_000)).isEqualTo(Share.ALL);
    assertThat(options.roundStats(20_001)).isEqualTo(new Share(0.01));
    assertThat(options.models().dtype()).isEqualTo("auto");
    assertThat(options.models().device()).isEqualTo("cpu");
  }

  @Test
  void everyPolicyIsBuiltFromItsOptions() {
    assertThat(policy("auto")).isEqualTo(new AutoPolicy(32, 16));
    assertThat(policy("talon")).isEqualTo(new TalonPolicy(8, 3, 0.03));
    assertThat(options(Map.of(Key.MAX_DEPTH, List.of("5"), Key.POLICY, List.of("talon"))).draft().policy())
        .isEqualTo(new TalonPolicy(8, 3, 0.03, 5));
    assertThat(options(Map.of(Key.UNGATED_LAYERS, List.of("2"), Key.POLICY, List.of("talon"))).draft().policy())
        .isEqualTo(new TalonPolicy(8, 3, 0.03, 8, 2));
    assertThat(policy("eagle3")).isEqualTo(new StaticTreePolicy(8, 3, 9));
    assertThat(policy("opt-tree")).isEqualTo(new OptTreePolicy(8, 0.5, 9, OptTreePolicy.Variant.INTENDED));
    assertThat(policy("rsd-c")).isEqualTo(new BranchingPolicy(8, List.of(3, 2, 1)));
    assertThat(policy("rsd-s")).isEqualTo(new BeamPolicy(8, 3));
    assertThat(policy("chain")).isEqualTo(new ChainPolicy(7, 0));
    assertThat(policy("ar")).isEqualTo(new NoDraft());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "auto     | --budget, --width, --mu, --layers",
    "talon    | --max-rows, --layers",
    "eagle3   | --max-rows, --mu",
    "opt-tree | --max-rows, --width, --mu",
    "rsd-c    | --max-rows, --width, --mu, --layers",
    "rsd-s    | --max-rows, --mu, --layers",
    "chain    | --max-rows, --width, --mu, --layers",
    "ar       | --budget, --max-rows, --width, --mu, --layers"})
  void whatAPolicyDoesNotReadIsNamed(String policy, String unheeded) {
    Map<Key, List<String>> given = Map.of(
        Key.POLICY, List.of(policy), Key.BUDGET, List.of("9"), Key.MAX_ROWS, List.of("9"), Key.WIDTH, List.of("2"),
        Key.MU, List.of("0.1"), Key.LAYERS, List.of("3"));
    assertThat(String.join(", ", options(given).unheeded())).isEqualTo(unheeded);
    assertThat(options(Map.of(Key.POLICY, List.of(policy))).unheeded()).as("Should not speak of defaults").isEmpty();
  }

  @Test
  void aGpuIsNotShared() {
    Map<Key, List<String>> given = Map.of(Key.ENGINES, List.of("2"), Key.DEVICE, List.of("cuda"));
    assertThatThrownBy(() -> options(given))
        .hasMessage("engines share the cores of a CPU, and the device is cuda; use --engines 1 instead of 2");
  }

  private static TreePolicy policy(String name) {
    return options(Map.of(Key.POLICY, List.of(name))).draft().policy();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "MU             | 2            | mu must be in (0, 1]: 2.0",
    "MU             | 0            | mu must be in (0, 1]: 0.0",
    "MU             | NaN          | mu must be a finite number: NaN",
    "UNGATED_LAYERS | -1           | ungated-layers must be 0 (the gate from the root on) or more: -1",
    "MAX_DEPTH      | -1           | max-depth must be 0 (no limit of its own) or more: -1",
    "MAX_ROWS       | 1            | max-rows must be in [2, 512], the root counts: 1",
    "BUDGET         | -3           | budget must be in [2, 4096]: -3",
    "BUDGET         | 1            | budget must be in [2, 4096]: 1",
    "WIDTH          | 0            | width must be 1 or more: 0",
    "LAYERS         | 0            | layers must be 1 or more: 0",
    "OPT_TREE_THRESHOLD | -1       | opt-tree-threshold must be 0 or more: -1.0",
    "OPT_TREE_VARIANT | paper      | opt-tree-variant must be intended or repository: paper",
    "BRANCHING      | 3,0          | branching must name factors of 1 or more: [3, 0]",
    "CHAIN_FLOOR    | 1.1          | chain-floor must be in [0, 1]: 1.1",
    "DRAFT          | a,b          | draft must name one directory at most: a,b",
    "DRAFT          | run:         | draft must name the run: run:PATH, not run:",
    "BATCH          | 0            | batch must be in [1, 1024]: 0",
    "MAX_NEW_TOKENS | 0            | max-new-tokens must be 1 or more: 0",
    "MAX_CONTEXT    | -1           | max-context must be 0 (the model's) or more: -1",
    "TEMPERATURE    | -1           | temperature must be in [0, 100]: -1.0",
    "TOP_P          | 0            | top-p must be in (0, 1]: 0.0",
    "TOP_K          | -1           | top-k must be 0 (off) or more: -1",
    "MIN_P          | 1            | min-p must be in [0, 1): 1.0",
    "STOP           | ''           | stop must not be empty: \"\"",
    "SAMPLES        | 0            | samples must be 1 or more: 0",
    "DTYPE          | fp8          | dtype must be auto, fp32 or bf16: fp8",
    "DTYPE          | int8         | dtype must be auto, fp32 or bf16: int8",
    "WEIGHTS        | int4         | weights must be full or int8: int4",
    "DRAFT_WEIGHTS  | int4         | draft-weights must be auto, full or int8: int4",
    "DEVICE         | tpu          | device must be cpu, cuda or cuda:N: tpu",
    "ENGINES        | -1           | engines must be in [0, 64]: -1",
    "ENGINES        | 65           | engines must be in [0, 64]: 65",
    "THREADS        | -1           | threads must be 0 (automatic) or more: -1",
    "POLICY         | eagle        | policy must be one of auto, talon, eagle3, opt-tree, rsd-c, rsd-s, chain, ar: eagle",
    "COUPLING       | half         | coupling must be fitted, none, shared or BETA,GAMMA: half",
    "COUPLING       | 0,1          | coupling's beta must be in (0, 100]: 0.0",
    "COUPLING       | 200,1        | coupling's beta must be in (0, 100]: 200.0",
    "COUPLING       | NaN,1        | coupling's beta must be in (0, 100]: NaN",
    "COUPLING       | 1,-1         | coupling's gamma must be in [0, 100]: -1.0",
    "COUPLING       | 1,101        | coupling's gamma must be in [0, 100]: 101.0",
    "BASELINE       | some         | baseline must be one of none, sample:F, all: some",
    "BASELINE       | sample:0     | baseline's share must be in (0, 1]: sample:0",
    "ROUND_STATS    | sample:x     | round-stats must be one of auto, none, sample:F, all: sample:x",
    "PARTITIONS     | -1           | partitions must be 0 (automatic) or more: -1",
    "INPUT_FORMAT   | xml          | input-format must be one of auto, parquet, json-lines, csv, text, table, openai-batch: xml",
    "OUTPUT_FORMAT  | csv          | output-format must be one of parquet, openai-batch, json-lines, hf-dataset: csv",
    "LIMIT          | -1           | limit must be 0 (all rows) or more: -1",
    "ROW_TIMEOUT    | 90           | row-timeout must be off or a time such as 500ms, 90s, 5m or 1h: 90",
    "ROW_TIMEOUT    | soon         | row-timeout must be off or a time such as 500ms, 90s, 5m or 1h: soon",
    "ROW_TIMEOUT    | 0s           | row-timeout must be off or a time such as 500ms, 90s, 5m or 1h: 0s",
    "MAX_ERROR_RATE | 1.5          | max-error-rate must be in [0, 1]: 1.5",
    "RESUME         | maybe        | resume must be auto, never or require: maybe",
    "WAVE_ROWS      | -1           | wave-rows must be 0 (automatic) or more: -1",
    "DRY_RUN        | perhaps      | dry-run must be on or off: perhaps",
    "QUARANTINE_EXIT | 256         | quarantine-exit must be in [0, 255]: 256",
  })
  void nonsenseIsRefusedWithRuleAndValue(Key key, String value, String message) {
    assertThatThrownBy(() -> options(Map.of(key, List.of(value))))
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_OPTION))
        .hasMessage(message);
  }

  @Test
  void onlyOnePromptColumnMayBeNamed() {
    assertThatThrownBy(() -> options(Map.of(Key.PROMPT_COLUMN, List.of("a"), Key.TURNS_COLUMN, List.of("b"))))
        .hasMessage("only one of prompt-column, messages-column, turns-column and prompt-template may be given: 2 were");
  }

  @Test
  void batchesOfRequestsHaveTheirPromptsInOnePlace() {
    assertThatThrownBy(
        () -> options(Map.of(Key.PROMPT_COLUMN, List.of("a"), Key.INPUT_FORMAT, List.of("openai-batch"))))
        .hasMessageStartingWith("input-format openai-batch has its prompts in body, and takes none of prompt-column, ");
  }

  @Test
  void draftingNeedsADraft() {
    Map<Key, List<String>> typed =
        new EnumMap<>(Map.of(Key.INPUT, List.of("in"), Key.OUTPUT, List.of("out"), Key.TARGET, List.of("t")));
    assertThatThrownBy(() -> GenerateOptions.of(Settings.layered(Command.GENERATE, typed, null)))
        .hasMessage("policy auto needs a draft: give --draft DIR, ngram or run:PATH, or --policy ar for plain decoding");
    typed.put(Key.POLICY, List.of("ar"));
    assertThat(GenerateOptions.of(Settings.layered(Command.GENERATE, typed, null)).models().hasDraft()).isFalse();
  }

  @Test
  void draftsAreDirectoriesAndLookups() {
    DraftOrigins all =
        options(Map.of(Key.DRAFT, List.of("head, ngram,run:hdfs://host/a,run:b"), Key.NGRAM, List.of("2,4"))).models().drafts();
    assertThat(all.model()).isEqualTo(Path.of("head").toAbsolutePath().toString());
    assertThat(all.ngrams()).isEqualTo(Lookups.ngrams(2, 4));
    assertThat(all.runs()).containsExactly("hdfs://host/a", "b");
    DraftOrigins alone = options(Map.of(Key.DRAFT, List.of("ngram"))).models().drafts();
    assertThat(alone.hasModel()).isFalse();
    assertThat(alone.looksUp()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "0,3  | ngram must be MIN,MAX with 1 <= MIN <= MAX <= 16: 0,3",
    "3,2  | ngram must be MIN,MAX with 1 <= MIN <= MAX <= 16: 3,2",
    "1,17 | ngram must be MIN,MAX with 1 <= MIN <= MAX <= 16: 1,17",
    "3    | ngram must be two numbers, MIN,MAX: 3",
  })
  void matchLengthsAreABoundedRange(String lengths, String message) {
    assertThatThrownBy(() -> options(Map.of(Key.DRAFT, List.of("ngram"), Key.NGRAM, List.of(lengths)))).hasMessage(message);
  }

  @Test
  void targetIsAskedForWithTheDemoAsExample() {
    Map<Key, List<String>> typed = Map.of(Key.INPUT, List.of("in"), Key.OUTPUT, List.of("out"));
    assertThatThrownBy(() -> GenerateOptions.of(Settings.layered(Command.GENERATE, typed, null)))
        .hasMessage("--target DIR is missing; the demo model lies in data-samples/models/talon-demo/target of the project");
  }

  @Test
  void couplingReadsItsThreeForms() {
    assertThat(DraftOptions.coupling("none")).isEqualTo(new Coupling.None());
    assertThat(DraftOptions.coupling("shared")).isEqualTo(new Coupling.Shared());
    assertThat(DraftOptions.coupling("1.5, 0.2")).isEqualTo(new Coupling.Fixed(1.5, 0.2));
  }

  @Test
  void sharesCoverTheirPartOfAllHashes() {
    Share third = Share.of(Key.BASELINE, "sample:0.25");
    int covered = 0;
    for (long i = 0; i < 4096; i++) {
      covered += third.covers(i << 52) ? 1 : 0;
    }
    assertThat(covered).as("Should cover a quarter of evenly spread hashes").isEqualTo(1024);
    assertThat(Share.NONE.covers(0)).isFalse();
    assertThat(Share.ALL.covers(-1L)).isTrue();
  }

  @Test
  void benchTakesEveryPolicyWithEveryBudget() {
    Map<Key, List<String>> typed = Map.of(
        Key.INPUT, List.of("in"),
        Key.TARGET, List.of("t"),
        Key.DRAFT, List.of("d"),
        Key.POLICIES, List.of("chain,ar,talon,eagle3:12,auto"),
        Key.BUDGETS, List.of("8,16"));
    BenchOptions options = BenchOptions.of(Settings.layered(Command.BENCH, typed, null));
    assertThat(options.drafts())
        .extracting(draft -> draft.policy().label() + draft.budget())
        .containsExactly("chain8", "chain16", "talon8", "talon16", "eagle312", "auto32");
    assertThat(options.batches()).containsExactly(1, 4);
    assertThat(options.plain().policy()).isEqualTo(new NoDraft());
  }

  @Test
  void benchTakesPoliciesWithAWidthAndAGateOfTheirOwn() {
    Map<Key, List<String>> typed = new EnumMap<>(Map.of(
        Key.INPUT, List.of("in"), Key.TARGET, List.of("t"), Key.DRAFT, List.of("d"),
        Key.POLICIES, List.of("talon:12:4:0.3,talon:6:2,talon:6")));
    assertThat(BenchOptions.of(Settings.layered(Command.BENCH, typed, null)).drafts())
        .extracting(DraftOptions::policy)
        .containsExactly(new TalonPolicy(12, 4, 0.3), new TalonPolicy(6, 2, 0.03), new TalonPolicy(6, 3, 0.03));
    typed.put(Key.POLICIES, List.of("talon:12:4:0.3:9"));
    assertThatThrownBy(() -> BenchOptions.of(Settings.layered(Command.BENCH, typed, null)))
        .hasMessage("policies must be names, NAME:BUDGET, NAME:BUDGET:WIDTH or NAME:BUDGET:WIDTH:MU: talon:12:4:0.3:9");
  }

  private static GenerateOptions options(Map<Key, List<String>> typed) {
    Map<Key, List<String>> all = new EnumMap<>(Map.of(
        Key.INPUT, List.of("in"), Key.OUTPUT, List.of("out"), Key.TARGET, List.of("target"), Key.DRAFT, List.of("head")));
    all.putAll(typed);
    return GenerateOptions.of(Settings.layered(Command.GENERATE, all, null));
  }
}
