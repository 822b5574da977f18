package io.talon.text.jinja.library;

import io.talon.text.jinja.value.Arguments;
import io.talon.text.jinja.value.Errors;
import io.talon.text.jinja.value.Values;
import java.util.List;
import java.util.Map;

/** The filter {@code tojson} as transformers defines it: Python's {@code json.dumps} without escaping of non-ASCII text. */
final class Json {
  private final StringBuilder out = new StringBuilder();
  private final boolean ascii;
  private final String indent; // null for one line

  private Json(boolean ascii, String indent) {
    this.ascii = ascii;
    this.indent = indent;
  }

  static String dumps(Object value, Arguments arguments) {
    Object indent = arguments.get(1, "indent", null);
    String text = indent instanceof Long width ? " ".repeat((int) Math.max(0, width)) : (String) checked(indent);
    Json json = new Json(arguments.flag(0, "ensure_ascii"), text);
    json.write(value, 0);
    return json.out.toString();
  }

  private static Object checked(Object indent) {
    if (indent == null || indent instanceof String) {
      return indent;
    }
    throw Errors.at("the indent of tojson must be a number or a string, found %s", Values.typeName(indent));
  }

  private void write(Object value, int depth) {
    if (value == null) {
      out.append("null");
    } else if (value instanceof Boolean || value instanceof Long) {
      out.append(value);
    } else if (value instanceof Double number) {
      out.append(number(number));
    } else if (value instanceof String text) {
      quote(text);
    } else if (value instanceof List<?> list) {
      list(list, depth);
    } else if (value instanceof Map<?, ?> map) {
      map(map, depth);
    } else {
      throw Errors.at("object of type '%s' is not JSON serializable", Values.typeName(value));
    }
  }

  private static String number(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    return Double.isInfinite(number) ? number > 0 ? "Infinity" : "-Infinity" : Values.repr(number);
  }

  private void list(List<?> list, int depth) {
    out.append('[');
    for (int i = 0; i < list.size(); i++) {
      separate(i, depth + 1);
      write(list.get(i), depth + 1);
    }
    close(list.isEmpty(), depth, ']');
  }

  private void map(Map<?, ?> map, int depth) {
    out.append('{');
    int i = 0;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      separate(i++, depth + 1);
      quote(key(entry.getKey()));
      out.append(": ");
      write(entry.getValue(), depth + 1);
    }
    close(map.isEmpty(), depth, '}');
  }

  private static String key(Object key) {
    if (key instanceof String text) {
      return text;
    }
    if (key == null) {
      return "null";
    }
    if (key instanceof Boolean || key instanceof Long) {
      return key.toString();
    }
    throw Errors.at("keys of type '%s' are not supported by tojson", Values.typeName(key));
  }

  private void separate(int index, int depth) {
    if (indent != null) {
      out.append(index > 0 ? ",\n" : "\n").append(indent.repeat(depth));
    } else if (index > 0) {
      out.append(", ");
    }
  }

  private void close(boolean empty, int depth, char bracket) {
    if (indent != null && !empty) {
      out.append('\n').append(indent.repeat(depth));
    }
    out.append(bracket);
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\f' -> out.append("\\f");
        case '\b' -> out.append("\\b");
        default -> {
          if (c < 0x20 || ascii && c > 0x7E) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
