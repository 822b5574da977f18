package io.talon.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.InputOptions;
import io.talon.conf.PromptFormat;
import io.talon.conf.PromptOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ColumnsTest {
  @Test
  void columnsAreFoundByTheirUsualNames() {
    assertThat(find(none(), "question_id", "category", "turns"))
        .isEqualTo(new Columns(PromptKind.TURNS, "turns", "question_id", "category"));
    assertThat(find(none(), "id", "question_id", "messages")).isEqualTo(new Columns(PromptKind.MESSAGES, "messages", "id", null));
    assertThat(find(none(), "prompt", "other")).isEqualTo(new Columns(PromptKind.PROMPT, "prompt", null, null));
  }

  @Test
  void requestsOfABatchAreToldByTheirFields() {
    Columns requests = new Columns(PromptKind.REQUEST, "body", "custom_id", null);
    assertThat(find(none(), "custom_id", "method", "url", "body")).isEqualTo(requests);
    InputOptions forced = new InputOptions("in", PromptFormat.OPENAI_BATCH, null, null, null, null, null, 0, PromptOptions.NONE);
    assertThat(find(forced, "custom_id", "body", "prompt", "id")).isEqualTo(requests);
    assertThat(find(none(), "prompt", "body").kind()).as("Should need custom_id as well").isEqualTo(PromptKind.PROMPT);
    assertThat(Columns.overriding(PromptKind.REQUEST, new String[] {"n"})).isEmpty();
    assertThat(Columns.overriding(PromptKind.PROMPT, new String[] {"n", "id", "stop"})).containsExactly("n", "stop");
  }

  @Test
  void namedColumnsGoBeforeUsualOnes() {
    InputOptions options = new InputOptions("in", PromptFormat.AUTO, "text", null, null, "key", "topic", 0, PromptOptions.NONE);
    assertThat(find(options, "id", "category", "prompt", "text", "key", "topic"))
        .isEqualTo(new Columns(PromptKind.PROMPT, "text", "key", "topic"));
  }

  @Test
  void unknownColumnsAreRefusedWithThoseThereAre() {
    assertRefused(new InputOptions("in", PromptFormat.AUTO, "text", null, null, null, null, 0, PromptOptions.NONE), "text");
    assertRefused(new InputOptions("in", PromptFormat.AUTO, null, null, null, "key", null, 0, PromptOptions.NONE), "key");
    assertRefused(new InputOptions("in", PromptFormat.AUTO, null, null, null, null, "topic", 0, PromptOptions.NONE), "topic");
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
        "in", PromptFormat.AUTO, null, null, null, null, null, 0,
        new PromptOptions("{% for t in tags %}{{ t }}{{ loop.index }}{% endfor %}{{ title }}", "", Map.of()));
    assertThat(find(options, "id", "prompt", "tags", "title"))
        .isEqualTo(new Columns(PromptKind.TEMPLATE, "(prompt-template)", "id", null));
    assertThatThrownBy(() -> find(options, "tags", "name"))
        .hasFieldOrPropertyWithValue("code", ErrorCode.BAD_INPUT)
        .hasMessage("prompt-template reads [title], and the input has no such column; it has [tags, name]");
  }

  private static InputOptions none() {
    return new InputOptions("in", PromptFormat.AUTO, null, null, null, null, null, 0, PromptOptions.NONE);
  }

  private static Columns find(InputOptions options, String... columns) {
    return Columns.find(options, columns);
  }
}
