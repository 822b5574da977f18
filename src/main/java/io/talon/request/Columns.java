package io.talon.request;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.InputOptions;
import io.talon.conf.PromptFormat;
import io.talon.text.PromptTemplate;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which input columns mean what.
 *
 * @param kind of the prompt column
 * @param prompt name of the prompt column
 * @param id column with unique ids, null to number the rows
 * @param overrides columns that go before options for their row
 * @param category column to break the summary down by, null for none
 */
public record Columns(PromptKind kind, String prompt, String id, String category, List<String> overrides)
    implements Serializable {
  private static final List<String> DEFAULT_IDS = List.of("id", "question_id");
  private static final String DEFAULT_CATEGORY = "category";

  /** Those of an input's columns by which rows have options or a frame of their own. */
  public List<String> overriding(String[] columns) {
    return kind == PromptKind.REQUEST
        ? List.of()
        : Arrays.stream(columns).filter(name -> overrides.contains(name) || Framing.COLUMNS.contains(name)).toList();
  }

  /** What a user may want to know of an input's columns, a line each. */
  public List<String> notes(String[] columns) {
    List<String> notes = new ArrayList<>();
    List<String> overriding = overriding(columns);
    if (!overriding.isEmpty()) {
      notes.add("note: columns of the input that go before options: " + String.join(", ", overriding));
    }
    List<String> unused = Arrays.stream(columns)
        .filter(name -> kind != PromptKind.REQUEST && TextOverrides.COLUMNS.names().contains(name))
        .filter(name -> !overrides.contains(name))
        .toList();
    if (!unused.isEmpty()) {
      String names = String.join(",", unused);
      notes.add("note: columns of the input that have options' names and are not used: " + names
          + "; --override-columns " + names + " lets them go before the options");
    }
    return notes;
  }

  /** Finds the columns; BAD_INPUT with the columns there are when one is missing. */
  public static Columns find(InputOptions options, String[] columns) {
    List<String> present = Arrays.asList(columns);
    PromptKind kind = kind(options, present);
    String prompt = given(options, kind) == null ? kind.defaultColumn() : given(options, kind);
    if (kind == PromptKind.TEMPLATE) {
      PromptTemplate.parse(options.prompts().template()).checkNames(present);
    } else {
      checkPresent(prompt, present);
    }
    Stream.of(options.idColumn(), options.categoryColumn())
        .filter(column -> column != null)
        .forEach(column -> checkPresent(column, present));
    return new Columns(
        kind,
        prompt,
        Optional.ofNullable(options.idColumn())
            .or(() -> ids(kind).stream().filter(present::contains).findFirst())
            .orElse(null),
        Optional.ofNullable(options.categoryColumn())
            .or(() -> Optional.of(DEFAULT_CATEGORY).filter(present::contains))
            .orElse(null),
        overrides(options.overrides(), kind, present));
  }

  private static List<String> overrides(List<String> named, PromptKind kind, List<String> present) {
    List<String> known = TextOverrides.COLUMNS.names();
    if (named.contains(InputOptions.ALL)) {
      return kind == PromptKind.REQUEST ? List.of() : known.stream().filter(present::contains).toList();
    }
    for (String name : named) {
      check(
          known.contains(name),
          ErrorCode.BAD_OPTION,
          "override-columns must be none, all, or some of %s: %s",
          String.join(", ", known),
          name);
    }
    if (kind == PromptKind.REQUEST) {
      return List.of(); // their bodies always go before options
    }
    named.forEach(name -> checkPresent(name, present));
    return named;
  }

  /** Those of an input's columns that say what a row asks for. */
  public List<String> read(InputOptions options, String[] columns) {
    List<String> asking = switch (kind) {
      case TEMPLATE -> List.copyOf(PromptTemplate.parse(options.prompts().template()).names());
      case REQUEST -> List.of(BatchRequests.ID, "method", "url", BatchRequests.BODY);
      case TURNS, MESSAGES, PROMPT -> List.of(prompt);
    };
    List<String> own = overriding(columns);
    return Arrays.stream(columns).filter(name -> asking.contains(name) || own.contains(name)).toList();
  }

  private static List<String> ids(PromptKind kind) {
    return kind == PromptKind.REQUEST ? List.of(BatchRequests.ID) : DEFAULT_IDS;
  }

  private static void checkPresent(String column, List<String> present) {
    check(present.contains(column), ErrorCode.BAD_INPUT, "column %s is not in the input, which has %s", column, present);
  }

  private static PromptKind kind(InputOptions options, List<String> present) {
    if (options.prompts().hasTemplate()) {
      return PromptKind.TEMPLATE;
    }
    for (PromptKind kind : PromptKind.values()) {
      if (given(options, kind) != null) {
        return kind;
      }
    }
    List<PromptKind> found =
        Arrays.stream(PromptKind.values()).filter(kind -> kind.isFoundIn(present)).toList();
    if (found.isEmpty()) {
      throw new TalonException(
          ErrorCode.BAD_INPUT,
          "the input has no column prompt, messages or turns; name one with --prompt-column, --messages-column or "
              + "--turns-column, or write prompts with --prompt-template; it has "
              + present);
    }
    check(
        found.size() == 1,
        ErrorCode.BAD_INPUT,
        "the input has several prompt columns; choose one with --prompt-column, --messages-column or --turns-column: %s",
        found.stream().map(PromptKind::defaultColumn).toList());
    return found.get(0);
  }

  private static String given(InputOptions options, PromptKind kind) {
    return switch (kind) {
      case TURNS -> options.turnsColumn();
      case MESSAGES -> options.messagesColumn();
      case PROMPT -> options.promptColumn();
      case TEMPLATE -> null;
      case REQUEST -> options.format() == PromptFormat.OPENAI_BATCH ? BatchRequests.BODY : null;
    };
  }
}
