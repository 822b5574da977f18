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
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A parsed template; immutable, so threads can share it. */
public final class Template {
  private final String name;
  private final String text;
  private final Block body;
  private final Set<String> names;

  private Template(String name, String text, Block body, Set<String> names) {
    this.name = name;
    this.text = text;
    this.body = body;
    this.names = names;
  }

  /**
   * Parses a template.
   *
   * @param name where it comes from, for messages
   * @throws TalonException CHAT_TEMPLATE with the line, for malformed text and for constructs that are not supported
   */
  public static Template parse(String name, String text) {
    try {
      TemplateParser.Parsed parsed = TemplateParser.parse(text);
      Set<String> names = new TreeSet<>(parsed.free());
      names.removeAll(Globals.functions(Clock.systemUTC()).keySet());
      return new Template(name, text, parsed.body(), Collections.unmodifiableSet(names));
    } catch (TalonException e) {
      throw new TalonException(e.code(), name + ", " + e.getMessage(), e);
    }
  }

  /** The variables that the template reads, without those that it sets itself. */
  public Set<String> names() {
    return names;
  }

  /** Whether a word stands anywhere in the template's text. */
  public boolean mentions(String word) {
    return text.contains(word);
  }

  /**
   * Renders the template.
   *
   * @param variables null, Boolean, Number, String, List and Map, nested at will
   * @param clock what {@code strftime_now} reads
   * @throws TalonException CHAT_TEMPLATE with the line, for errors and for what {@code raise_exception} says
   */
  public String render(Map<String, ?> variables, Clock clock) {
    return render(variables, clock, Rendering.lenient());
  }

  /** Like {@link #render}, but what is undefined or none cannot be printed. */
  public String renderStrictly(Map<String, ?> variables, Clock clock) {
    return render(variables, clock, Rendering.strict());
  }

  private String render(Map<String, ?> variables, Clock clock, Rendering rendering) {
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
