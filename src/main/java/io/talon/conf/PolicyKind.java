package io.talon.conf;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The ways to draft, by the names typed on the command line. */
public enum PolicyKind {
  TALON,
  EAGLE3,
  OPT_TREE,
  RSD_C,
  RSD_S,
  CHAIN,
  AR;

  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether something must draft. */
  public boolean drafts() {
    return this != AR;
  }

  /** Reads a name as typed. */
  public static PolicyKind of(String text) {
    for (PolicyKind kind : values()) {
      if (kind.label().equals(text)) {
        return kind;
      }
    }
    String names = Arrays.stream(values()).map(PolicyKind::label).collect(Collectors.joining(", "));
    throw new TalonException(ErrorCode.BAD_OPTION, "policy must be one of " + names + ": " + text);
  }
}
