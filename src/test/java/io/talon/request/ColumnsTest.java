package io.talon.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.InputOptions;
import io.talon.conf.PromptFormat;
import io.talon.conf.PromptOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ColumnsTest {
  @Test
  void columnsAreFoundByTheirUsualNames() {
    assertThat(find(none(), "question_id", "category", "turns"))
        .isEqualTo(new Columns(PromptKind.TURNS, "turns", "question_id", "category", List.of()));
    assertThat(find(none(), "id", "question_id", "messages"))
        .isEqualTo(new Columns(PromptKind.MESSAGES, "messages", "id", null, List.of()));
    assertThat(find(none(), "prompt", "other")).isEqualTo(new Columns(PromptKind.PROMPT, "prompt", null, null, List.of()));
  }

  @Test
  void requestsOfABatchAreToldByTheirFields() {
    Columns requests = new Columns(PromptKind.REQUEST, "body", "custom_id", null, List.of());
    assertThat(find(none(), "custom_id", "method", "url", "body")).isEqualTo(requests);
    InputOptions forced =
        new InputOptions("in", PromptFormat.OPENAI_BATCH, null, null, null, null, null, 0, List.of(), PromptOptions.NONE);
    assertThat(find(forced, "custom_id", "body", "prompt", "id")).isEqualTo(requests);
    assertThat(find(none(), "prompt", "body").kind()).as("Should need custom_id as well").isEqualTo(PromptKind.PROMPT);
  }

  @Test
  void optionsNamesAreUsedOnRequestOnly() {
    String[] there = {"n", "id", "stop", "prompt", "system"};
    Columns without = find(none(), there);
    assertThat(without.overrides()).isEmpty();
    assertThat(without.overriding(there)).as("Should frame conversations as before").containsExactly("system");
    assertThat(without.notes(there))
        .containsExactly(
            "note: columns of the input that go before options: system",
            "note: columns of the input that have options' names and are not used: n,stop; "
                + "--override-columns n,stop lets them go before the options");
    Columns named = find(overriding("n"), there);
    assertThat(named.overriding(there)).containsExactly("n", "system");
    assertThat(named.read(overriding("n"), there)).containsExactly("n", "prompt", "system");
    assertThat(find(overriding("all"), there).overrides()).containsExactly("stop", "n");
    assertThatThrownBy(() -> find(overriding("seed"), there))
        .hasMessage("column seed is not in the input, which has [n, id, stop, prompt, system]");
    assertThatThrownBy(() -> find(overriding("id"), there))
        .hasFieldOrPropertyWithValue("code", ErrorCode.BAD_OPTION)
        .hasMessageMatching("override-columns must be none, all, or some of max_new_tokens, temperature, .*, seed, stop, n: id");
    String[] request = {"custom_id", "body", "n"};
    assertThat(find(none(), request).notes(request)).isEmpty();
  }

  private static InputOptions overriding(String columns) {
    return new InputOptions("in", PromptFormat.AUTO, null, null, null, null, null, 0, List.of(columns), PromptOptions.NONE);
  }

  @Test
  void namedColumnsGoBeforeUsualOnes() {
    InputOptions options =
        new InputOptions("in", PromptFormat.AUTO, "text", null, null, "key", "topic", 0, List.of(), PromptOptions.NONE);
    assertThat(find(options, "id", "category", "prompt", "text", "key", "topic"))
        .isEqualTo(new Columns(PromptKind.PROMPT, "text", "key", "topic", List.of()));
  }

  @Test
  void unknownColumnsAreRefusedWithThoseThereAre() {
    assertRefused(new InputOptions("in", PromptFormat.AUTO, "text", null, null, null, null, 0, List.of(), PromptOptions.NONE),
        "text");
    assertRefused(new InputOptions("in", PromptFormat.AUTO, null, null, null, "key", null, 0, List.of(), PromptOptions.NONE),
        "key");
    assertRefused(new InputOptions("in", PromptFormat.AUTO, null, null, null, null, "topic", 0, List.of(), PromptOptions.NONE),
        "topic");
  }

  @Test
  void inputsWithoutOrWithSeveralPromptColumnsAskForOne() {
    assertThatThrownBy(() -> find(none(), "text"))
        .hasMessage(
            "the input has no column prompt, messages or turns; name one with --prompt-column, --messages-column or "
                + "--turns-column, or write prompts with --prompt-template; it has [text]");
    assertThatThrownBy(() -> find(none(), "prompt", "turns"))
        .hasMessage(
            "the input has several prompt columns; choose one with --prompt-column, --messages-column or --turns-column: "
                + "[turns, prompt]");
  }

  private static void assertRefused(InputOptions options, String column) {
    assertThatThrownBy(() -> find(options, "prompt", "id"))
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT))
        .hasMessage("column %s is not in the input, which has [prompt, id]", column);
  }

  @Test
  void templatesReadColumnsOnly() {
    InputOptions options = new InputOptions(
        "in", PromptFormat.AUTO, null, null, null, null, null, 0, List.of(),
        new PromptOptions("{% for t in tags %}{{ t }}{{ loop.index }}{% endfor %}{{ title }}", "", Map.of()));
    assertThat(find(options, "id", "prompt", "tags", "title"))
        .isEqualTo(new Columns(PromptKind.TEMPLATE, "(prompt-template)", "id", null, List.of()));
    assertThatThrownBy(() -> find(options, "tags", "name"))
        .hasFieldOrPropertyWithValue("code", ErrorCode.BAD_INPUT)
        .hasMessage("prompt-template reads [title], and the input has no such column; it has [tags, name]");
  }

  private static InputOptions none() {
    return new InputOptions("in", PromptFormat.AUTO, null, null, null, null, null, 0, List.of(), PromptOptions.NONE);
  }

  private static Columns find(InputOptions options, String... columns) {
    return Columns.find(options, columns);
  }
}
