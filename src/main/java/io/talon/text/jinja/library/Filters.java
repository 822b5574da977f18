package io.talon.text.jinja.library;

import io.talon.text.jinja.value.Arguments;
import io.talon.text.jinja.value.Errors;
import io.talon.text.jinja.value.Kinds.Generator;
import io.talon.text.jinja.value.Kinds.Markup;
import io.talon.text.jinja.value.Kinds.Undefined;
import io.talon.text.jinja.value.PythonText;
import io.talon.text.jinja.value.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Jinja's filters, the names behind {@code |}. */
public final class Filters {
  private static final Set<String> HIGHER_ORDER = Set.of("map", "reject", "rejectattr", "select", "selectattr");
  private static final Map<String, List<String>> PARAMETERS = Map.ofEntries(
      filter("capitalize"),
      filter("count"),
      filter("d", "default_value", "boolean"),
      filter("default", "default_value", "boolean"),
      filter("dictsort", "case_sensitive", "by", "reverse"),
      filter("first"),
      filter("float", "default"),
      filter("indent", "width", "first", "blank"),
      filter("int", "default"),
      filter("items"),
      filter("join", "d", "attribute"),
      filter("last"),
      filter("length"),
      filter("list"),
      filter("lower"),
      filter("replace", "old", "new", "count"),
      filter("reverse"),
      filter("safe"),
      filter("sort", "reverse", "case_sensitive", "attribute"),
      filter("string"),
      filter("title"),
      filter("tojson", "ensure_ascii", "indent"),
      filter("trim", "chars"),
      filter("unique", "case_sensitive", "attribute"),
      filter("upper"));

  private Filters() {}

  private static Map.Entry<String, List<String>> filter(String name, String... parameters) {
    return Map.entry(name, List.of(parameters));
  }

  public static boolean known(String name) {
    return PARAMETERS.containsKey(name) || HIGHER_ORDER.contains(name);
  }

  public static Object apply(String name, Object value, Arguments arguments) {
    if (!known(name)) {
      throw Errors.at("filter '%s' is not supported", name);
    }
    if (PARAMETERS.containsKey(name)) {
      arguments.accept("filter " + name, PARAMETERS.get(name));
    }
    if (value instanceof Markup && !name.equals("safe") && !name.equals("string")) {
      throw Errors.at("filter '%s' is not supported for text that was marked safe", name);
    }
    return switch (name) {
      case "default", "d" -> absent(value, arguments);
      case "length", "count" -> Values.length(value);
      case "string" -> value instanceof Markup ? value : Values.string(value);
      case "safe" -> value instanceof Markup ? value : new Markup(Values.string(value));
      case "lower" -> PythonText.lower(Values.string(value));
      case "upper" -> PythonText.upper(Values.string(value));
      case "capitalize" -> PythonText.capitalize(Values.string(value));
      case "title" -> title(Values.string(value));
      case "trim" -> PythonText.strip(Values.string(value), arguments.textOrNull(0, "chars"), true, true);
      case "replace" -> replace(Values.string(value), arguments);
      case "indent" -> indent(value, arguments);
      case "tojson" -> Json.dumps(value, arguments);
      case "int", "float" -> Numbers.parse(name, value, arguments);
      case "join" -> join(value, arguments);
      case "first" -> end(name, Values.items(value), 0);
      case "last" -> end(name, Values.items(reversible(value)), -1);
      case "list" -> new ArrayList<>(Values.items(value));
      case "reverse" -> reverse(value);
      case "items" -> entries(value);
      case "dictsort" -> sortedEntries(value, arguments);
      case "sort" -> sort(value, arguments);
      case "unique" -> unique(value, arguments);
      case "map" -> map(value, arguments);
      case "select", "reject" -> select(value, null, arguments, name.equals("select"));
      case "selectattr", "rejectattr" ->
          select(value, arguments.require(0, "attribute"), arguments.from(1), name.equals("selectattr"));
      default -> throw new AssertionError(name);
    };
  }

  private static Object absent(Object value, Arguments arguments) {
    boolean missing = value instanceof Undefined || arguments.flag(1, "boolean") && !Values.truth(value);
    return missing ? arguments.get(0, "default_value", "") : value;
  }

  private static String replace(String text, Arguments arguments) {
    int count = arguments.get(2, "count", null) == null ? -1 : arguments.number(2, "count", -1);
    return PythonText.replace(text, arguments.text(0, "old"), arguments.text(1, "new"), count);
  }

  /** Capitals after white space, hyphens and opening brackets, which is not what the method of the same name does. */
  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int c : text.codePoints().toArray()) {
      String letter = Character.toString(c);
      out.append(inWord ? PythonText.lower(letter) : PythonText.upper(letter));
      inWord = !PythonText.isSpace(c) && "-({[<".indexOf(c) < 0;
    }
    return out.toString();
  }

  private static String indent(Object value, Arguments arguments) {
    if (!(value instanceof String text)) {
      throw Errors.at("indent takes a string, found %s", Values.typeName(value));
    }
    Object width = arguments.get(0, "width", 4L);
    String indentation = width instanceof String given ? given : " ".repeat(arguments.number(0, "width", 4));
    boolean blank = arguments.flag(2, "blank");
    StringBuilder out = new StringBuilder(arguments.flag(1, "first") ? indentation : "");
    List<Object> lines = PythonText.lines(text + "\n");
    for (int i = 0; i < lines.size(); i++) {
      String line = (String) lines.get(i);
      out.append(i > 0 ? "\n" : "").append(i > 0 && (blank || !line.isEmpty()) ? indentation : "").append(line);
    }
    return out.toString();
  }

  private static String join(Object value, Arguments arguments) {
    String separator = Values.string(arguments.get(0, "d", ""));
    Object attribute = arguments.get(1, "attribute", null);
    StringBuilder out = new StringBuilder();
    boolean first = true;
    for (Object item : Values.items(value)) {
      out.append(first ? "" : separator).append(Values.string(attribute == null ? item : path(item, attribute)));
      first = false;
    }
    return out.toString();
  }

  private static Object end(String name, List<Object> items, int index) {
    if (items.isEmpty()) {
      return new Undefined("the " + name + " item of an empty sequence");
    }
    return items.get(index < 0 ? items.size() - 1 : index);
  }

  private static Object reversible(Object value) {
    if (value instanceof Generator) {
      throw Errors.at("'generator' object is not reversible");
    }
    return value;
  }

  private static Object reverse(Object value) {
    List<Object> items = new ArrayList<>(Values.items(value));
    Collections.reverse(items);
    if (value instanceof String) {
      StringBuilder text = new StringBuilder();
      items.forEach(text::append);
      return text.toString();
    }
    return Generator.of(items);
  }

  private static Generator entries(Object value) {
    if (value instanceof Undefined) {
      return Generator.of(List.of());
    }
    if (value instanceof Map<?, ?> map) {
      return Generator.of(Methods.items(map));
    }
    throw Errors.at("the filter 'items' takes a dict, found %s", Values.typeName(value));
  }

  private static List<Object> sort(Object value, Arguments arguments) {
    Object attribute = arguments.get(2, "attribute", null);
    boolean exact = arguments.flag(1, "case_sensitive");
    return sorted(Values.items(value), item -> key(item, attribute, exact), arguments.flag(0, "reverse"));
  }

  private static List<Object> sortedEntries(Object value, Arguments arguments) {
    if (!(value instanceof Map<?, ?> map)) {
      throw Errors.at("the filter 'dictsort' takes a dict, found %s", Values.typeName(value));
    }
    boolean exact = arguments.flag(0, "case_sensitive");
    Object by = arguments.get(1, "by", "key");
    if (!by.equals("key") && !by.equals("value")) {
      throw Errors.at("dictsort sorts by 'key' or 'value', found '%s'", by);
    }
    Long index = by.equals("key") ? 0L : 1L;
    return sorted(Methods.items(map), entry -> key(entry, index, exact), arguments.flag(2, "reverse"));
  }

  private static List<Object> sorted(List<Object> items, UnaryOperator<Object> key, boolean reverse) {
    Comparator<Object> order = (a, b) -> Operators.order("<", key.apply(a), key.apply(b));
    List<Object> sorted = new ArrayList<>(items);
    sorted.sort(reverse ? order.reversed() : order);
    return sorted;
  }

  private static Generator unique(Object value, Arguments arguments) {
    Object attribute = arguments.get(1, "attribute", null);
    boolean exact = arguments.flag(0, "case_sensitive");
    List<Object> keys = new ArrayList<>();
    List<Object> kept = new ArrayList<>();
    for (Object item : Values.items(value)) {
      Object key = key(item, attribute, exact);
      if (keys.stream().noneMatch(other -> Operators.equal(other, key))) {
        keys.add(key);
        kept.add(item);
      }
    }
    return Generator.of(kept);
  }

  private static Object key(Object item, Object attribute, boolean exact) {
    Object key = attribute == null ? item : path(item, attribute);
    return key instanceof String text && !exact ? PythonText.lower(text) : key;
  }

  private static Generator map(Object value, Arguments arguments) {
    List<Object> mapped = new ArrayList<>();
    if (arguments.positional().isEmpty()) {
      arguments.accept("filter map", List.of("filter", "attribute", "default"));
      Object attribute = arguments.require(1, "attribute");
      for (Object item : Values.items(value)) {
        Object found = path(item, attribute);
        mapped.add(found instanceof Undefined ? arguments.get(1, "default", found) : found);
      }
    } else {
      String filter = arguments.text(0, "filter");
      Arguments rest = arguments.from(1);
      Values.items(value).forEach(item -> mapped.add(apply(filter, item, rest)));
    }
    return Generator.of(mapped);
  }

  private static Generator select(Object value, Object attribute, Arguments arguments, boolean wanted) {
    boolean byTruth = arguments.positional().isEmpty();
    String test = byTruth ? null : arguments.text(0, "test");
    Arguments rest = arguments.from(1);
    List<Object> kept = new ArrayList<>();
    for (Object item : Values.items(value)) {
      Object tested = attribute == null ? item : path(item, attribute);
      if ((byTruth ? Values.truth(tested) : Predicates.test(test, tested, rest)) == wanted) {
        kept.add(item);
      }
    }
    return Generator.of(kept);
  }

  /** An attribute by its dotted path; whole numbers index. */
  private static Object path(Object item, Object attribute) {
    if (attribute instanceof Long) {
      return Access.item(item, attribute);
    }
    Object value = item;
    for (String part : ((String) attribute).split("\\.", -1)) {
      value = Access.item(value, part.matches("\\d+") ? (Object) Long.valueOf(part) : part);
    }
    return value;
  }
}
