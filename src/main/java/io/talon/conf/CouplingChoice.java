package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.Serializable;

/** How the draft's scores use the target's noise. */
public sealed interface CouplingChoice extends Serializable {
  /** Reads {@code none}, {@code shared} or {@code BETA,GAMMA}. */
  static CouplingChoice of(String text) {
    switch (text) {
      case "none":
        return new None();
      case "shared":
        return new Shared();
      default:
        return fixed(text);
    }
  }

  private static CouplingChoice fixed(String text) {
    String[] parts = text.split(",", -1);
    try {
      if (parts.length == 2) {
        return new Fixed(Double.parseDouble(parts[0].trim()), Double.parseDouble(parts[1].trim()));
      }
    } catch (NumberFormatException e) {
      // Falls through to the one message that names all forms.
    }
    throw new TalonException(ErrorCode.BAD_OPTION, "coupling must be none, shared or BETA,GAMMA: " + text);
  }

  /** The paper's way: the draft never sees the noise. */
  record None() implements CouplingChoice {}

  /** Beta 1, gamma the temperature. */
  record Shared() implements CouplingChoice {}

  /** Two given numbers. */
  record Fixed(double beta, double gamma) implements CouplingChoice {
    private static final double LARGEST = 100;

    public Fixed {
      check(beta > 0 && beta <= LARGEST, ErrorCode.BAD_OPTION, "coupling's beta must be in (0, 100]: %s", beta);
      check(gamma >= 0 && gamma <= LARGEST, ErrorCode.BAD_OPTION, "coupling's gamma must be in [0, 100]: %s", gamma);
    }
  }
}
