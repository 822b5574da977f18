package io.talon.decode;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.engine.Drafting;
import io.talon.engine.Sampling;
import java.io.Serializable;

/** How the draft's scores use the target's noise: {@code log_softmax(beta * l + gamma * g)}; the text never depends on it. */
public sealed interface Coupling extends Serializable {
  /** The two coefficients for a sequence. */
  Drafting drafting(Sampling sampling);

  /** The paper's way: beta 1, gamma 0. */
  record None() implements Coupling {
    @Override
    public Drafting drafting(Sampling sampling) {
      return Drafting.UNCOUPLED;
    }
  }

  /** Full coupling: beta 1, gamma the temperature. */
  record Shared() implements Coupling {
    @Override
    public Drafting drafting(Sampling sampling) {
      return Drafting.coupled(1, sampling.temperature());
    }
  }

  /** Two given numbers; at temperature 0 there is no noise and gamma counts as 0. */
  record Fixed(double beta, double gamma) implements Coupling {
    public Fixed {
      check(beta > 0, ErrorCode.BAD_OPTION, "coupling's beta must be above 0: %s", beta);
      check(gamma >= 0, ErrorCode.BAD_OPTION, "coupling's gamma must be 0 or more: %s", gamma);
      check(beta <= 100 && gamma <= 100, ErrorCode.BAD_OPTION, "coupling must be 100 at most: %s,%s", beta, gamma);
    }

    @Override
    public Drafting drafting(Sampling sampling) {
      return Drafting.coupled(beta, sampling.greedy() ? 0 : gamma);
    }
  }
}
