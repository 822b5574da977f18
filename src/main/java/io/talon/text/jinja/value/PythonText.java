package io.talon.text.jinja.value;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Strings as Python sees them: sequences of code points, with Python's whitespace, escapes and line breaks. */
public final class PythonText {
  private PythonText() {}

  /** Python's {@code str.isspace} of one character. */
  public static boolean isSpace(int c) {
    return c >= 0x09 && c <= 0x0D
        || c >= 0x1C && c <= 0x20
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || c >= 0x2000 && c <= 0x200A
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }

  /** Removes characters (whitespace when null) from the ends that are asked for. */
  public static String strip(String text, String characters, boolean left, boolean right) {
    int begin = 0;
    int end = text.length();
    while (left && begin < end && stripped(text.codePointAt(begin), characters)) {
      begin += Character.charCount(text.codePointAt(begin));
    }
    while (right && begin < end && stripped(text.codePointBefore(end), characters)) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(begin, end);
  }

  private static boolean stripped(int c, String characters) {
    return characters == null ? isSpace(c) : characters.indexOf(c) >= 0;
  }

  /** {@code str.split} without a separator: at runs of whitespace, ends left out; limit -1 for none. */
  public static List<Object> words(String text, int limit) {
    List<Object> words = new ArrayList<>();
    String rest = strip(text, null, true, false);
    while (!rest.isEmpty()) {
      int end = 0;
      while (end < rest.length() && !isSpace(rest.charAt(end))) {
        end++;
      }
      if (words.size() == limit) {
        words.add(strip(rest, null, false, true));
        return words;
      }
      words.add(rest.substring(0, end));
      rest = strip(rest.substring(end), null, true, false);
    }
    return words;
  }

  /** {@code str.split} at a separator; limit -1 for none. */
  public static List<Object> split(String text, String separator, int limit) {
    if (separator.isEmpty()) {
      throw Errors.at("empty separator");
    }
    List<Object> parts = new ArrayList<>();
    int begin = 0;
    for (int end = text.indexOf(separator); end >= 0 && parts.size() != limit; end = text.indexOf(separator, begin)) {
      parts.add(text.substring(begin, end));
      begin = end + separator.length();
    }
    parts.add(text.substring(begin));
    return parts;
  }

  /** {@code str.splitlines}. */
  public static List<Object> lines(String text) {
    List<Object> lines = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x0A && c <= 0x0D || c >= 0x1C && c <= 0x1E || c == 0x85 || c == 0x2028 || c == 0x2029) {
        lines.add(text.substring(begin, i));
        if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
          i++;
        }
        begin = i + 1;
      }
    }
    if (begin < text.length()) {
      lines.add(text.substring(begin));
    }
    return lines;
  }

  /** {@code str.replace}; limit -1 for all. */
  public static String replace(String text, String old, String replacement, long limit) {
    if (limit < 0) {
      return text.replace(old, replacement);
    }
    if (old.isEmpty()) {
      throw Errors.at("replacing the empty string a limited number of times is not supported");
    }
    StringBuilder out = new StringBuilder();
    int begin = 0;
    long left = limit;
    for (int at = text.indexOf(old); at >= 0 && left > 0; at = text.indexOf(old, begin), left--) {
      out.append(text, begin, at).append(replacement);
      begin = at + old.length();
    }
    return out.append(text, begin, text.length()).toString();
  }

  /** {@code str.capitalize}. */
  public static String capitalize(String text) {
    return text.isEmpty() ? text : title(text.codePointAt(0)) + lower(text.substring(text.offsetByCodePoints(0, 1)));
  }

  /** {@code str.title}: the first letter of every run of letters. */
  public static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int c : text.codePoints().toArray()) {
      out.append(inWord ? lower(Character.toString(c)) : title(c));
      inWord = Character.isLetter(c);
    }
    return out.toString();
  }

  public static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  public static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  private static String title(int c) {
    int titled = Character.toTitleCase(c);
    return titled == c ? upper(Character.toString(c)) : Character.toString(titled);
  }

  /** The characters of a string as strings. */
  static List<Object> characters(String text) {
    return text.codePoints().mapToObj(c -> (Object) Character.toString(c)).toList();
  }

  /** Resolves the backslash escapes of a string literal; an unknown one keeps its backslash, as in Python. */
  public static String unescape(String literal, int line) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char escape = literal.charAt(++i);
      switch (escape) {
        case '\n' -> {}
        case '\\', '\'', '"' -> out.append(escape);
        case 'a' -> out.append('\u0007');
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'v' -> out.append('\u000B');
        case 'x', 'u', 'U' -> {
          int length = escape == 'x' ? 2 : escape == 'u' ? 4 : 8;
          out.appendCodePoint(hexadecimal(literal, i + 1, length, line));
          i += length;
        }
        case 'N', '0', '1', '2', '3', '4', '5', '6', '7' ->
            throw Errors.atLine(line, "the string escape \\%s is not supported", escape);
        default -> out.append('\\').append(escape);
      }
    }
    return out.toString();
  }

  private static int hexadecimal(String literal, int begin, int length, int line) {
    try {
      int c = Integer.parseInt(literal.substring(begin, begin + length), 16);
      if (Character.isValidCodePoint(c)) {
        return c;
      }
    } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
      // reported below, like a number that is no character
    }
    throw Errors.atLine(line, "malformed escape in the string '%s'", literal);
  }
}
