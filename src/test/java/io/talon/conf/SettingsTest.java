package io.talon.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir
  Path directory;

  @Test
  void commandLineGoesBeforeFileBeforeDefaults() throws IOException {
    Path file = file("talon { budget = 32, width = 8, mu = 0.5 }");
    Settings settings = Settings.layered(Command.GENERATE, Map.of(Key.BUDGET, List.of("60")), file);
    assertThat(settings.integer(Key.BUDGET)).as("Should take the command line's").isEqualTo(60);
    assertThat(settings.integer(Key.WIDTH)).as("Should take the file's").isEqualTo(8);
    assertThat(settings.decimal(Key.MU)).as("Should take the file's").isEqualTo(0.5);
    assertThat(settings.integer(Key.LAYERS)).as("Should take the default").isEqualTo(9);
    assertThat(settings.text(Key.ID_COLUMN)).as("Should have no value without a default").isEmpty();
  }

  @Test
  void theExampleFileHoldsTheDefaults() {
    Settings settings = Settings.layered(Command.GENERATE, Map.of(), Path.of("conf/talon-defaults.conf"));
    assertThat(settings.changes()).as("Should change nothing").isEmpty();
  }

  @Test
  void filesMayHoldListsAndOtherBlocks() throws IOException {
    Path file = file("other { x = 1 }\ntalon { stop = [\"a,b\", \"c\"], policies = [talon, chain], budgets = [8, 16] }");
    Settings settings = Settings.layered(Command.BENCH, Map.of(), file);
    assertThat(settings.texts(Key.STOP)).containsExactly("a,b", "c");
    assertThat(settings.list(Key.POLICIES)).containsExactly("talon", "chain");
    assertThat(settings.integers(Key.BUDGETS)).containsExactly(8, 16);
  }

  @Test
  void unknownKeysNameTheNearest() throws IOException {
    Path file = file("talon { max-new-token = 3 }");
    assertRefused(file, "generate does not know the key max-new-token; the nearest it knows is max-new-tokens: " + file);
  }

  @Test
  void keysOfTheOtherCommandAreUnknown() throws IOException {
    Path file = file("talon { budgets = 3 }");
    assertRefused(file, "generate does not know the key budgets; the nearest it knows is budget: " + file);
  }

  @Test
  void filesWithoutTheBlockAreRefused() throws IOException {
    Path file = file("tallon { budget = 3 }");
    assertRefused(file, "conf-file must have a block talon { ... }: " + file);
    assertRefused(directory.resolve("absent.conf"), "conf-file must be a readable file: " + directory.resolve("absent.conf"));
  }

  @Test
  void nestedValuesAreRefused() throws IOException {
    assertRefused(file("talon { budget { size = 3 } }"), "budget must be N, not an object or a nested list: {\n");
  }

  @Test
  void brokenFilesAreRefused() throws IOException {
    assertRefused(file("talon { budget = "), "conf-file is not valid HOCON: ");
  }

  @Test
  void numbersMustBeNumbers() {
    Settings settings = Settings.layered(
        Command.GENERATE, Map.of(Key.BUDGET, List.of("many"), Key.MU, List.of("1/3"), Key.SEED, List.of("0x1")), null);
    assertThatThrownBy(() -> settings.integer(Key.BUDGET)).hasMessage("budget must be a whole number: many");
    assertThatThrownBy(() -> settings.decimal(Key.MU)).hasMessage("mu must be a number: 1/3");
    assertThatThrownBy(() -> settings.longInteger(Key.SEED)).hasMessage("seed must be a whole number: 0x1");
  }

  @Test
  void missingOptionsAreNamedAsTheyAreTyped() {
    Settings settings = Settings.layered(Command.GENERATE, Map.of(), null);
    assertThatThrownBy(() -> settings.required(Key.OUTPUT)).hasMessage("--output DIR is missing");
  }

  @Test
  void jsonHoldsTheEffectiveOptions() {
    Settings settings = Settings.layered(Command.BENCH, Map.of(Key.STOP, List.of("\"x\"", "y"), Key.SEED, List.of("3")), null);
    assertThat(settings.toJson())
        .contains("\"stop\":[\"\\\"x\\\"\",\"y\"]", "\"seed\":\"3\"", "\"mu\":\"0.03\"")
        .doesNotContain("id-column");
    assertThat(settings.changes()).isEqualTo("--stop \"x\" --stop y --seed 3");
  }

  @Test
  void secretsAreNeitherPrintedNorStored() {
    Settings settings = Settings.layered(
        Command.GENERATE,
        Map.of(Key.HF_TOKEN, List.of("hf_secret"), Key.HF_ENDPOINT, List.of("https://hub.example/"), Key.SEED, List.of("3")),
        null);
    assertThat(settings.changes()).isEqualTo("--hf-endpoint https://hub.example/ --seed 3");
    assertThat(settings.toJson()).contains("hub.example").doesNotContain("secret", "hf-token");
    ModelSourceOptions sources = ModelSourceOptions.of(settings, Map.of());
    assertThat(sources.hubToken()).isEqualTo("hf_secret");
    assertThat(sources.toString()).doesNotContain("secret");
  }

  @Test
  void theEnvironmentSaysWhatTheOptionsDoNot() {
    Settings none = Settings.layered(Command.INSPECT, Map.of(), null);
    Settings given = none.with(Key.HF_ENDPOINT, "https://b").with(Key.HF_TOKEN, "two");
    Map<String, String> environment = Map.of("HF_ENDPOINT", "https://a", "HF_TOKEN", "one\n");
    assertThat(ModelSourceOptions.of(none, Map.of())).isEqualTo(new ModelSourceOptions("", "https://huggingface.co", ""));
    assertThat(ModelSourceOptions.of(none, environment)).isEqualTo(new ModelSourceOptions("", "https://a", "one"));
    assertThat(ModelSourceOptions.of(given, environment)).isEqualTo(new ModelSourceOptions("", "https://b", "two"));
    assertThatThrownBy(() -> new ModelSourceOptions("", "ftp://a", ""))
        .hasMessage("hf-endpoint must be an http or https address: ftp://a");
    assertThatThrownBy(() -> new ModelSourceOptions("", "https://a", "two words"))
        .hasMessage("hf-token must be one word of printable characters");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("talon.conf"), text);
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> Settings.layered(Command.GENERATE, Map.of(), file))
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_OPTION))
        .hasMessageStartingWith(message);
  }
}
