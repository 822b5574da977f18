package io.talon.text.jinja.library;

import io.talon.text.jinja.value.Arguments;
import io.talon.text.jinja.value.Errors;
import io.talon.text.jinja.value.Kinds.Callable;
import io.talon.text.jinja.value.Kinds.Generator;
import io.talon.text.jinja.value.Kinds.Markup;
import io.talon.text.jinja.value.Kinds.Undefined;
import io.talon.text.jinja.value.Kinds.View;
import io.talon.text.jinja.value.Values;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Jinja's tests, the names behind {@code is}. */
public final class Predicates {
  private static final Set<String> UNARY = Set.of(
      "defined", "undefined", "none", "string", "mapping", "iterable", "sequence", "number", "integer", "float", "boolean",
      "true",
      "false", "odd", "even", "callable");
  private static final Map<String, String> COMPARISONS = Map.ofEntries(
      Map.entry("equalto", "=="),
      Map.entry("eq", "=="),
      Map.entry("==", "=="),
      Map.entry("ne", "!="),
      Map.entry("!=", "!="),
      Map.entry("in", "in"),
      Map.entry("lt", "<"),
      Map.entry("lessthan", "<"),
      Map.entry("<", "<"),
      Map.entry("le", "<="),
      Map.entry("<=", "<="),
      Map.entry("gt", ">"),
      Map.entry("greaterthan", ">"),
      Map.entry(">", ">"),
      Map.entry("ge", ">="),
      Map.entry(">=", ">="));

  private Predicates() {}

  public static boolean known(String name) {
    return UNARY.contains(name) || COMPARISONS.containsKey(name) || name.equals("divisibleby");
  }

  public static boolean test(String name, Object value, Arguments arguments) {
    String comparison = COMPARISONS.get(name);
    if (comparison != null) {
      return Operators.compare(comparison, value, arguments.accept("test " + name, List.of("other")).require(0, "other"));
    }
    if (name.equals("divisibleby")) {
      return remains(0, value, arguments.accept("test " + name, List.of("num")).require(0, "num"));
    }
    arguments.accept("test " + name, List.of());
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == null;
      case "string" -> value instanceof String || value instanceof Markup;
      case "mapping" -> value instanceof Map<?, ?>;
      case "iterable" -> Values.iterable(value);
      case "sequence" -> sequence(value);
      case "number" -> Operators.number(value);
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "boolean" -> value instanceof Boolean;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "odd" -> remains(1, value, 2L);
      case "even" -> remains(0, value, 2L);
      case "callable" -> value instanceof Callable;
      default -> throw Errors.at("test '%s' is not supported", name);
    };
  }

  /** Ranges and the views of a dict answer differently, and are the same type here. */
  private static boolean sequence(Object value) {
    if (value instanceof View) {
      throw Errors.at("test 'sequence' is not supported for objects of type 'view'");
    }
    return Values.iterable(value) && !(value instanceof Generator);
  }

  private static boolean remains(long remainder, Object value, Object divisor) {
    return Operators.equal(Operators.arithmetic("%", value, divisor), remainder);
  }
}
