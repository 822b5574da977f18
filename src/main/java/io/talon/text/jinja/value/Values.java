package io.talon.text.jinja.value;

import io.talon.text.jinja.value.Kinds.Callable;
import io.talon.text.jinja.value.Kinds.Generator;
import io.talon.text.jinja.value.Kinds.Markup;
import io.talon.text.jinja.value.Kinds.Tuple;
import io.talon.text.jinja.value.Kinds.Undefined;
import io.talon.text.jinja.value.Kinds.View;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Python's view of values. None is null; the others are Boolean, Long, Double, String, List, {@link Tuple}, Map and the
 * types of this package.
 */
public final class Values {
  private Values() {}

  /** Brings a Java value into the types that templates work with, copying containers. */
  public static Object of(Object value) {
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Float number) {
      return number.doubleValue();
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>(list.size());
      list.forEach(item -> copy.add(of(item)));
      return copy;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, item) -> copy.put(of(key), of(item)));
      return copy;
    }
    return value;
  }

  public static boolean truth(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    if (value instanceof Long number) {
      return number != 0;
    }
    if (value instanceof Double number) {
      return number != 0;
    }
    if (value instanceof String || value instanceof List<?> || value instanceof Map<?, ?> || value instanceof View) {
      return length(value) > 0;
    }
    return value != null && !(value instanceof Undefined) && !(value instanceof Markup text && text.text().isEmpty());
  }

  public static long length(Object value) {
    if (value instanceof String text) {
      return text.codePointCount(0, text.length());
    }
    if (value instanceof List<?> list) {
      return list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (value instanceof View view) {
      return view.items().size();
    }
    if (value instanceof Undefined) {
      return 0;
    }
    throw Errors.at("object of type '%s' has no length", typeName(value));
  }

  /** The items that a loop over the value visits. */
  public static List<Object> items(Object value) {
    if (value instanceof List<?> list) {
      return Collections.unmodifiableList(list);
    }
    if (value instanceof Map<?, ?> map) {
      return new ArrayList<>(map.keySet());
    }
    if (value instanceof String text) {
      return PythonText.characters(text);
    }
    if (value instanceof View view) {
      return view.items();
    }
    if (value instanceof Generator generator) {
      List<Object> items = new ArrayList<>();
      generator.items().forEachRemaining(items::add);
      return items;
    }
    if (value instanceof Undefined) {
      return List.of();
    }
    throw Errors.at("'%s' object is not iterable", typeName(value));
  }

  public static boolean iterable(Object value) {
    return value instanceof List<?>
        || value instanceof Map<?, ?>
        || value instanceof String
        || value instanceof View
        || value instanceof Generator
        || value instanceof Undefined;
  }

  /** Python's {@code str()}, with Jinja's empty text for undefined values. */
  public static String string(Object value) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Markup markup) {
      return markup.text();
    }
    return value instanceof Undefined ? "" : repr(value);
  }

  /** Python's {@code repr()}. */
  public static String repr(Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    if (value instanceof Undefined) {
      return "Undefined";
    }
    if (value instanceof Long) {
      return value.toString();
    }
    if (value instanceof Double number) {
      return repr((double) number);
    }
    if (value instanceof String text) {
      return quoted(text);
    }
    if (value instanceof List<?> list) {
      boolean tuple = value instanceof Tuple;
      StringJoiner out = new StringJoiner(", ", tuple ? "(" : "[", !tuple ? "]" : list.size() == 1 ? ",)" : ")");
      list.forEach(item -> out.add(repr(item)));
      return out.toString();
    }
    if (value instanceof Map<?, ?> map) {
      StringJoiner out = new StringJoiner(", ", "{", "}");
      map.forEach((key, item) -> out.add(repr(key) + ": " + repr(item)));
      return out.toString();
    }
    throw Errors.at("printing an object of type '%s' is not supported", typeName(value));
  }

  /** The shortest decimal that reads back as the same double, in Python's notation. */
  public static String repr(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    if (number == 0) {
      return 1 / number > 0 ? "0.0" : "-0.0";
    }
    BigDecimal exact = new BigDecimal(number);
    BigDecimal shortest = exact;
    for (int digits = 1; digits <= 17; digits++) {
      shortest = exact.round(new MathContext(digits));
      if (shortest.doubleValue() == number) {
        break;
      }
    }
    shortest = shortest.stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      return shortest.scale() > 0 ? shortest.toPlainString() : shortest.toPlainString() + ".0";
    }
    String digits = shortest.unscaledValue().abs().toString();
    return (number < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + String.format("e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  private static String quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    text.codePoints().forEach(c -> {
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\\' -> out.append("\\\\");
        default -> {
          if (c == quote) {
            out.append('\\').append(quote);
          } else if (printable(c)) {
            out.appendCodePoint(c);
          } else {
            out.append(String.format(c > 0xFFFF ? "\\U%08x" : c > 0xFF ? "\\u%04x" : "\\x%02x", c));
          }
        }
      }
    });
    return out.append(quote).toString();
  }

  private static boolean printable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
          Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  /** Name of a value's Python type, for messages. */
  public static String typeName(Object value) {
    if (value == null) {
      return "NoneType";
    }
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof Long) {
      return "int";
    }
    if (value instanceof Double) {
      return "float";
    }
    if (value instanceof String) {
      return "str";
    }
    if (value instanceof Map<?, ?>) {
      return "dict";
    }
    if (value instanceof List<?> && !(value instanceof Tuple)) {
      return "list";
    }
    return value instanceof Callable ? "function" : PythonText.lower(value.getClass().getSimpleName());
  }
}
