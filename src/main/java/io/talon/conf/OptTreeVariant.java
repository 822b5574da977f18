package io.talon.conf;

import io.talon.ErrorCode;
import io.talon.TalonException;

/** Whether opt-tree's newest layer counts. */
public enum OptTreeVariant {
  /** It does, as in the paper. */
  INTENDED,
  /** It does not, as in the published code. */
  REPOSITORY;

  static OptTreeVariant of(String text) {
    return switch (text) {
      case "intended" -> INTENDED;
      case "repository" -> REPOSITORY;
      default -> throw new TalonException(
          ErrorCode.BAD_OPTION, "opt-tree-variant must be intended or repository: " + text);
    };
  }
}
