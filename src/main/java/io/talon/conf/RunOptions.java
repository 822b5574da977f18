package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;

/**
 * How a run goes on, and what becomes of its bad rows.
 *
 * @param resume what an output that holds the run already means
 * @param waveRows rows that are committed together, 0 to choose
 * @param retryQuarantined whether the bad rows of a finished run are decoded again
 * @param dryRun whether nothing is to be written
 * @param quarantineExit exit code of a run that ended with rows in quarantine
 */
public record RunOptions(Resume resume, int waveRows, boolean retryQuarantined, boolean dryRun, int quarantineExit) {
  /** What an output that holds the run already means. */
  public enum Resume {
    AUTO,
    NEVER,
    REQUIRE;

    private static Resume of(String text) {
      return switch (text) {
        case "auto" -> AUTO;
        case "never" -> NEVER;
        case "require" -> REQUIRE;
        default -> throw new TalonException(ErrorCode.BAD_OPTION, "resume must be auto, never or require: " + text);
      };
    }
  }

  private static final int LARGEST_EXIT = 255;

  public RunOptions {
    check(waveRows >= 0, ErrorCode.BAD_OPTION, "wave-rows must be 0 (automatic) or more: %s", waveRows);
    check(
        quarantineExit >= 0 && quarantineExit <= LARGEST_EXIT,
        ErrorCode.BAD_OPTION,
        "quarantine-exit must be in [0, 255]: %s",
        quarantineExit);
    check(
        !retryQuarantined || resume != Resume.NEVER,
        ErrorCode.BAD_OPTION,
        "retry-quarantined works on a run that is there, and resume must not be never: %s",
        resume);
    check(
        !retryQuarantined || !dryRun,
        ErrorCode.BAD_OPTION,
        "retry-quarantined and dry-run do not go together; give one of them: %s",
        "both are on");
  }

  static RunOptions of(Settings settings) {
    return new RunOptions(
        Resume.of(settings.required(Key.RESUME)),
        settings.integer(Key.WAVE_ROWS),
        isOn(Key.RETRY_QUARANTINED, settings),
        isOn(Key.DRY_RUN, settings),
        settings.integer(Key.QUARANTINE_EXIT));
  }

  private static boolean isOn(Key key, Settings settings) {
    String text = settings.required(key);
    check(text.matches("on|off|true|false"), ErrorCode.BAD_OPTION, "%s must be on or off: %s", key.label(), text);
    return text.equals("on") || text.equals("true");
  }
}
