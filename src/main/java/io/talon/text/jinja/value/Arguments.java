package io.talon.text.jinja.value;

import java.util.List;
import java.util.Map;

/** The evaluated arguments of a call, a filter or a test. */
public record Arguments(List<Object> positional, Map<String, Object> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  /** Fails unless there are at most as many positional arguments as names, and no named ones but these. */
  public Arguments accept(String callee, List<String> names) {
    if (positional.size() > names.size()) {
      throw Errors.at("%s takes at most %s arguments, %s were given", callee, names.size(), positional.size());
    }
    for (String name : named.keySet()) {
      if (!names.contains(name)) {
        throw Errors.at("%s has no argument '%s' that is supported", callee, name);
      }
    }
    return this;
  }

  public boolean has(int index, String name) {
    return index < positional.size() || named.containsKey(name);
  }

  public Object get(int index, String name, Object absent) {
    if (index < positional.size()) {
      return positional.get(index);
    }
    return named.containsKey(name) ? named.get(name) : absent;
  }

  /** An argument that must be there. */
  public Object require(int index, String name) {
    if (!has(index, name)) {
      throw Errors.at("argument '%s' is missing", name);
    }
    return get(index, name, null);
  }

  public String text(int index, String name) {
    Object value = require(index, name);
    if (value instanceof String text) {
      return text;
    }
    throw Errors.at("argument '%s' must be a string, found %s", name, Values.typeName(value));
  }

  /** A string, or null for none and when absent. */
  public String textOrNull(int index, String name) {
    return get(index, name, null) == null ? null : text(index, name);
  }

  public int number(int index, String name, int absent) {
    Object value = get(index, name, (long) absent);
    if (value instanceof Long number) {
      return Math.toIntExact(number);
    }
    throw Errors.at("argument '%s' must be a whole number, found %s", name, Values.typeName(value));
  }

  public boolean flag(int index, String name) {
    return Values.truth(get(index, name, false));
  }

  /** The positional arguments from one on, and all named ones. */
  public Arguments from(int first) {
    return new Arguments(positional.subList(Math.min(first, positional.size()), positional.size()), named);
  }
}
