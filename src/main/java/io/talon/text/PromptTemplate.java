package io.talon.text;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.text.jinja.Template;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A template that writes the prompt of a row from the row's columns, in the language of chat templates; threads can share it.
 *
 * <p>It is strict: a name that is no column is refused before the first row, and a row whose value would print as nothing or as
 * {@code None} is a bad one.
 */
public final class PromptTemplate {
  private static final String NAME = "prompt-template";
  private static final Clock NONE = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private final Template template;

  private PromptTemplate(Template template) {
    this.template = template;
  }

  /** Parses a template; BAD_OPTION with the line where it is malformed. */
  public static PromptTemplate parse(String text) {
    try {
      Template template = Template.parse(NAME, text);
      check(!template.mentions("strftime_now"), ErrorCode.BAD_OPTION, "%s must not read the clock: strftime_now", NAME);
      return new PromptTemplate(template);
    } catch (TalonException e) {
      throw new TalonException(ErrorCode.BAD_OPTION, e.getMessage(), e);
    }
  }

  /** The columns that the template reads. */
  public Set<String> names() {
    return template.names();
  }

  /** Fails where the template reads what is no column; BAD_INPUT with the names. */
  public void checkNames(List<String> columns) {
    List<String> unknown = template.names().stream().filter(name -> !columns.contains(name)).toList();
    check(
        unknown.isEmpty(),
        ErrorCode.BAD_INPUT,
        "%s reads %s, and the input has no such column; it has %s",
        NAME,
        unknown,
        columns);
  }

  /**
   * The prompt of a row.
   *
   * @param row its values by column: null, Boolean, Number, String, List and Map; a column that the row lacks is null
   * @throws TalonException BAD_PROMPT with the line when it cannot be rendered, or nothing comes out
   */
  public String prompt(Map<String, Object> row) {
    Map<String, Object> values = new HashMap<>(row);
    template.names().forEach(name -> values.putIfAbsent(name, null));
    String prompt;
    try {
      prompt = template.renderStrictly(values, NONE);
    } catch (TalonException e) {
      throw new TalonException(ErrorCode.BAD_PROMPT, e.getMessage(), e);
    }
    check(!prompt.isBlank(), ErrorCode.BAD_PROMPT, "%s must not render to a blank text: \"%s\"", NAME, prompt);
    return prompt;
  }
}
