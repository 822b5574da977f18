package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Where prompts come from; a column that is null is found by its default name.
 *
 * @param limit rows to read, 0 for all
 * @param overrides columns that go before options, {@value #ALL} for all that can
 * @param prompts what is made of a row before the model reads it
 */
public record InputOptions(
    String path,
    PromptFormat format,
    String promptColumn,
    String messagesColumn,
    String turnsColumn,
    String idColumn,
    String categoryColumn,
    int limit,
    List<String> overrides,
    PromptOptions prompts) {
  /** Stands for every column that can go before an option. */
  public static final String ALL = "all";
  private static final String NO_COLUMN = "none";

  public InputOptions {
    Stream<String> columns = Stream.of(promptColumn, messagesColumn, turnsColumn).filter(Objects::nonNull);
    long ways = columns.count() + (prompts.hasTemplate() ? 1 : 0);
    check(
        ways <= 1,
        ErrorCode.BAD_OPTION,
        "only one of prompt-column, messages-column, turns-column and prompt-template may be given: %s were",
        ways);
    check(
        ways == 0 || format != PromptFormat.OPENAI_BATCH,
        ErrorCode.BAD_OPTION,
        "input-format openai-batch has its prompts in body, and takes none of prompt-column, messages-column, turns-column and prompt-template: "
            + "%s were given",
        ways);
    overrides = List.copyOf(overrides);
    check(limit >= 0, ErrorCode.BAD_OPTION, "limit must be 0 (all rows) or more: %s", limit);
  }

  static InputOptions of(Settings settings) {
    return new InputOptions(
        settings.required(Key.INPUT),
        PromptFormat.of(settings.required(Key.INPUT_FORMAT)),
        settings.text(Key.PROMPT_COLUMN).orElse(null),
        settings.text(Key.MESSAGES_COLUMN).orElse(null),
        settings.text(Key.TURNS_COLUMN).orElse(null),
        settings.text(Key.ID_COLUMN).orElse(null),
        settings.text(Key.CATEGORY_COLUMN).orElse(null),
        settings.integer(Key.LIMIT),
        settings.list(Key.OVERRIDE_COLUMNS).stream().filter(column -> !column.equals(NO_COLUMN)).toList(),
        PromptOptions.of(settings));
  }
}
