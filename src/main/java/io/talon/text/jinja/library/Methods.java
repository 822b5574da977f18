package io.talon.text.jinja.library;

import io.talon.text.jinja.value.Arguments;
import io.talon.text.jinja.value.Errors;
import io.talon.text.jinja.value.Kinds.Tuple;
import io.talon.text.jinja.value.Kinds.View;
import io.talon.text.jinja.value.PythonText;
import io.talon.text.jinja.value.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The methods of strings and dicts that templates may call; the sandbox of transformers allows no mutating ones either. */
public final class Methods {
  private static final Map<String, List<String>> OF_TEXT = Map.ofEntries(
      method("capitalize"),
      method("count", "sub"),
      method("endswith", "suffix"),
      method("find", "sub"),
      method("join", "iterable"),
      method("lower"),
      method("lstrip", "chars"),
      method("removeprefix", "prefix"),
      method("removesuffix", "suffix"),
      method("replace", "old", "new", "count"),
      method("rsplit", "sep", "maxsplit"),
      method("rstrip", "chars"),
      method("split", "sep", "maxsplit"),
      method("splitlines"),
      method("startswith", "prefix"),
      method("strip", "chars"),
      method("title"),
      method("upper"));
  private static final Map<String, List<String>> OF_DICTS =
      Map.ofEntries(method("get", "key", "default"), method("items"), method("keys"), method("values"));
  private static final Set<String> OTHERS_OF_DICTS =
      Set.of("clear", "copy", "fromkeys", "pop", "popitem", "setdefault", "update");
  private static final Set<String> OF_LOOPS = Set.of("cycle");

  private Methods() {}

  private static Map.Entry<String, List<String>> method(String name, String... parameters) {
    return Map.entry(name, List.of(parameters));
  }

  /** Whether any value has a supported method of that name. */
  public static boolean known(String name) {
    return OF_TEXT.containsKey(name) || OF_DICTS.containsKey(name) || OF_LOOPS.contains(name);
  }

  static boolean has(Object object, String name) {
    if (object instanceof Map<?, ?>) {
      return OF_DICTS.containsKey(name) || OTHERS_OF_DICTS.contains(name);
    }
    return object instanceof String && OF_TEXT.containsKey(name);
  }

  static Object call(Object object, String name, Arguments arguments) {
    Map<String, List<String>> methods = object instanceof Map<?, ?> ? OF_DICTS : OF_TEXT;
    if (!methods.containsKey(name)) {
      throw Errors.at("method '%s' of a %s is not supported", name, Values.typeName(object));
    }
    arguments.accept("method " + name, methods.get(name));
    return object instanceof Map<?, ?> map ? ofDict(map, name, arguments) : ofText((String) object, name, arguments);
  }

  private static Object ofDict(Map<?, ?> map, String name, Arguments arguments) {
    return switch (name) {
      case "get" -> {
        Object key = arguments.require(0, "key");
        yield map.containsKey(key) ? map.get(key) : arguments.get(1, "default", null);
      }
      case "items" -> new View(items(map));
      case "keys" -> new View(new ArrayList<>(map.keySet()));
      case "values" -> new View(new ArrayList<>(map.values()));
      default -> throw new AssertionError(name);
    };
  }

  /** The entries of a dict as pairs. */
  static List<Object> items(Map<?, ?> map) {
    List<Object> items = new ArrayList<>(map.size());
    map.forEach((key, value) -> items.add(Tuple.of(key, value)));
    return items;
  }

  private static Object ofText(String text, String name, Arguments arguments) {
    return switch (name) {
      case "strip" -> PythonText.strip(text, arguments.textOrNull(0, "chars"), true, true);
      case "lstrip" -> PythonText.strip(text, arguments.textOrNull(0, "chars"), true, false);
      case "rstrip" -> PythonText.strip(text, arguments.textOrNull(0, "chars"), false, true);
      case "split" -> split(text, arguments);
      case "rsplit" -> splitFromTheRight(text, arguments);
      case "splitlines" -> PythonText.lines(text);
      case "startswith" -> affixes(arguments.require(0, "prefix")).stream().anyMatch(text::startsWith);
      case "endswith" -> affixes(arguments.require(0, "suffix")).stream().anyMatch(text::endsWith);
      case "removeprefix" -> {
        String prefix = arguments.text(0, "prefix");
        yield text.startsWith(prefix) ? text.substring(prefix.length()) : text;
      }
      case "removesuffix" -> {
        String suffix = arguments.text(0, "suffix");
        yield text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
      }
      case "replace" ->
          PythonText.replace(text, arguments.text(0, "old"), arguments.text(1, "new"), arguments.number(2, "count", -1));
      case "find" -> {
        int at = text.indexOf(arguments.text(0, "sub"));
        yield at < 0 ? -1L : (long) text.codePointCount(0, at);
      }
      case "count" -> count(text, arguments.text(0, "sub"));
      case "join" -> joined(text, Values.items(arguments.require(0, "iterable")));
      case "lower" -> PythonText.lower(text);
      case "upper" -> PythonText.upper(text);
      case "title" -> PythonText.title(text);
      case "capitalize" -> PythonText.capitalize(text);
      default -> throw new AssertionError(name);
    };
  }

  private static List<Object> split(String text, Arguments arguments) {
    String separator = arguments.textOrNull(0, "sep");
    int limit = arguments.number(1, "maxsplit", -1);
    return separator == null ? PythonText.words(text, limit) : PythonText.split(text, separator, limit);
  }

  private static List<Object> splitFromTheRight(String text, Arguments arguments) {
    String separator = arguments.textOrNull(0, "sep");
    int limit = arguments.number(1, "maxsplit", -1);
    if (separator == null || limit < 0) {
      if (limit >= 0) {
        throw Errors.at("rsplit at whitespace a limited number of times is not supported");
      }
      return split(text, arguments);
    }
    if (separator.isEmpty()) {
      throw Errors.at("empty separator");
    }
    List<Object> parts = new ArrayList<>();
    int end = text.length();
    for (int at = text.lastIndexOf(separator); at >= 0 && parts.size() < limit;) {
      parts.add(0, text.substring(at + separator.length(), end));
      end = at;
      at = text.lastIndexOf(separator, end - separator.length());
    }
    parts.add(0, text.substring(0, end));
    return parts;
  }

  private static List<String> affixes(Object affix) {
    if (affix instanceof String text) {
      return List.of(text);
    }
    if (affix instanceof Tuple tuple && tuple.stream().allMatch(String.class::isInstance)) {
      return tuple.stream().map(String.class::cast).toList();
    }
    throw Errors.at("startswith and endswith take a string or a tuple of strings, found %s", Values.typeName(affix));
  }

  private static long count(String text, String part) {
    if (part.isEmpty()) {
      return Values.length(text) + 1;
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  private static String joined(String separator, List<Object> items) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      if (!(items.get(i) instanceof String text)) {
        throw Errors.at("join takes strings, item %s is of type '%s'", i, Values.typeName(items.get(i)));
      }
      out.append(i > 0 ? separator : "").append(text);
    }
    return out.toString();
  }
}
