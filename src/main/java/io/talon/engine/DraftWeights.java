package io.talon.engine;

import java.util.Locale;

/** What the linear layers of whatever drafts are kept in; the text does not depend on it. */
public enum DraftWeights {
  /** Integers where the device multiplies them in full and the draft is large enough to gain, else as the target's. */
  AUTO,
  /** As the target's. */
  FULL,
  /** Integers of 8 bits with one scale per output; on CPUs. */
  INT8;

  /** The value of a label. */
  public static DraftWeights of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
