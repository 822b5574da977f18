package io.talon.text.jinja.library;

import io.talon.text.jinja.value.Errors;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Python's {@code strftime} in the C locale, for the directives that templates use. */
final class Strftime {
  private Strftime() {}

  static String format(ZonedDateTime time, String format) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c == '%') {
        i++;
        out.append(directive(time, i < format.length() ? format.charAt(i) : ' '));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static String directive(ZonedDateTime time, char directive) {
    String pattern = switch (directive) {
      case '%' -> "'%'";
      case 'a' -> "EEE";
      case 'A' -> "EEEE";
      case 'b' -> "MMM";
      case 'B' -> "MMMM";
      case 'd' -> "dd";
      case 'F' -> "yyyy-MM-dd";
      case 'H' -> "HH";
      case 'I' -> "hh";
      case 'j' -> "DDD";
      case 'm' -> "MM";
      case 'M' -> "mm";
      case 'p' -> "a";
      case 'S' -> "ss";
      case 'T' -> "HH:mm:ss";
      case 'y' -> "yy";
      case 'Y' -> "yyyy";
      default -> throw Errors.at("strftime directive '%%%s' is not supported", directive);
    };
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
  }
}
