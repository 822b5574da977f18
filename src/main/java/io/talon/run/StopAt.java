package io.talon.run;

import io.talon.ErrorCode;
import io.talon.TalonException;

/**
 * A place where a run stops, for tests of what survives: the system property or variable {@code TALON_STOP_AT} says
 * {@code PHASE:WAVE}, where the driver then stands still until it is killed, or {@code PHASE:WAVE:fail}, where it fails.
 *
 * @param phase one of the names below; null to stop nowhere
 */
public record StopAt(String phase, int wave, boolean fails) {
  /** The input is written and not yet there. */
  public static final String READING = "reading";
  /** A wave's decoding is about to begin. */
  public static final String DECODING = "decoding";
  /** A wave is decoded and not yet split into tables. */
  public static final String SPLITTING = "splitting";
  /** A wave's tables are complete and not yet there. */
  public static final String COMMITTING = "committing";
  /** A wave's tables are there, and the manifest does not say so. */
  public static final String COMMITTED = "committed";
  /** All waves are there, and the table runs is not. */
  public static final String FINISHING = "finishing";

  private static final String NAME = "TALON_STOP_AT";

  /** What the system property says, else the variable. */
  public static StopAt here() {
    String text = System.getProperty(NAME, System.getenv().getOrDefault(NAME, ""));
    if (text.isEmpty()) {
      return new StopAt(null, 0, false);
    }
    String[] parts = text.split(":");
    return new StopAt(parts[0], Integer.parseInt(parts[1]), parts.length > 2 && parts[2].equals("fail"));
  }

  /** Stops if this is the place. */
  public void reached(String place, int number) {
    if (!place.equals(phase) || number != wave) {
      return;
    }
    String what = NAME + " " + place + ":" + number;
    if (fails) {
      throw new TalonException(ErrorCode.JOB, "stopped, as asked for by " + what);
    }
    System.err.println("standing still, as asked for by " + what);
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
