package io.talon.conf;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Reads members of enums by the names that are typed: in lower case, with hyphens. */
final class Names {
  private Names() {}

  /** The member of a name; BAD_OPTION with all names when there is none. */
  static <E extends Enum<E>> E find(Class<E> family, Key key, String text) {
    for (E member : family.getEnumConstants()) {
      if (typed(member).equals(text)) {
        return member;
      }
    }
    String all = Arrays.stream(family.getEnumConstants()).map(Names::typed).collect(Collectors.joining(", "));
    throw new TalonException(ErrorCode.BAD_OPTION, key.label() + " must be one of " + all + ": " + text);
  }

  private static String typed(Enum<?> member) {
    return member.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Levenshtein distance. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1]; // distances of a[0..i) to every prefix of b
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
