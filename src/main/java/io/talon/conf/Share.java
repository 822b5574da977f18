package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.Serializable;

/**
 * A share of the prompts.
 *
 * @param fraction in [0, 1]
 */
public record Share(double fraction) implements Serializable {
  public static final Share NONE = new Share(0);
  public static final Share ALL = new Share(1);
  private static final String SAMPLE = "sample:";

  public Share {
    check(fraction >= 0 && fraction <= 1, ErrorCode.BAD_OPTION, "a share must be in [0, 1]: %s", fraction);
  }

  /** Reads {@code none}, {@code sample:F} or {@code all}. */
  static Share of(Key key, String text) {
    if (text.equals("none")) {
      return NONE;
    }
    if (text.equals("all")) {
      return ALL;
    }
    if (text.startsWith(SAMPLE)) {
      try {
        double fraction = Double.parseDouble(text.substring(SAMPLE.length()));
        check(fraction > 0 && fraction <= 1, ErrorCode.BAD_OPTION, "%s's share must be in (0, 1]: %s", key.label(), text);
        return new Share(fraction);
      } catch (NumberFormatException e) {
        // Falls through to the one message that names all forms.
      }
    }
    throw new TalonException(ErrorCode.BAD_OPTION,
        key.label() + " must be one of " + key.takes().replace("|", ", ") + ": " + text);
  }

  /** Whether a row belongs to the share, by a hash that is uniform over all long values. */
  public boolean covers(long hash) {
    return (hash >>> 11) * 0x1p-53 < fraction;
  }
}
