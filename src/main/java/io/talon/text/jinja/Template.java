package io.talon.text.jinja;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.text.jinja.library.Globals;
import io.talon.text.jinja.syntax.Block;
import io.talon.text.jinja.syntax.Rendering;
import io.talon.text.jinja.syntax.Scope;
import io.talon.text.jinja.syntax.TemplateParser;
import io.talon.text.jinja.value.Values;
import java.time.Clock;
import java.util.Map;

/** A parsed template; immutable, so threads can share it. */
public final class Template {
  private final String name;
  private final Block body;

  private Template(String name, Block body) {
    this.name = name;
    this.body = body;
  }

  /**
   * Parses a template.
   *
   * @param name where it comes from, for messages
   * @throws TalonException CHAT_TEMPLATE with the line, for malformed text and for constructs that are not supported
   */
  public static Template parse(String name, String source) {
    try {
      return new Template(name, TemplateParser.parse(source));
    } catch (TalonException e) {
      throw new TalonException(e.code(), name + ", " + e.getMessage(), e);
    }
  }

  /**
   * Renders the template.
   *
   * @param variables null, Boolean, Number, String, List and Map, nested at will
   * @param clock what {@code strftime_now} reads
   * @throws TalonException CHAT_TEMPLATE with the line, for errors and for what {@code raise_exception} says
   */
  public String render(Map<String, ?> variables, Clock clock) {
    Rendering rendering = new Rendering();
    Scope globals = Scope.outermost(rendering);
    Globals.functions(clock).forEach(globals::set);
    variables.forEach((variable, value) -> globals.set(variable, Values.of(value)));
    StringBuilder out = new StringBuilder();
    try {
      body.execute(globals, out);
    } catch (TalonException e) {
      throw new TalonException(e.code(), name + ", line " + rendering.line() + ": " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      throw new TalonException(ErrorCode.CHAT_TEMPLATE, name + ", line " + rendering.line() + ": endless recursion", e);
    }
    return out.toString();
  }
}
