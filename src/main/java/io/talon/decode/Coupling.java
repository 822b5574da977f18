package io.talon.decode;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.engine.Drafting;
import io.talon.engine.Drafting.Watch;
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

  /** Beta and gamma as they fit best to what the target chooses, found while running; they begin as the paper's. */
  record Fitted() implements Coupling {
    @Override
    public Drafting drafting(Sampling sampling) {
      return Drafting.UNCOUPLED.watched(sampling.greedy() ? Watch.LOGITS : Watch.NOISE);
    }
  }

  /** Two given numbers; at temperature 0 there is no noise and gamma counts as 0. */
  record Fixed(double beta, double gamma) implements Coupling {
    private static final double LARGEST = 100;

    public Fixed {
      check(beta > 0 && beta <= LARGEST, ErrorCode.BAD_OPTION, "coupling's beta must be in (0, 100]: %s", beta);
      check(gamma >= 0 && gamma <= LARGEST, ErrorCode.BAD_OPTION, "coupling's gamma must be in [0, 100]: %s", gamma);
    }

    @Override
    public Drafting drafting(Sampling sampling) {
      return Drafting.coupled(beta, sampling.greedy() ? 0 : gamma);
    }
  }
}
