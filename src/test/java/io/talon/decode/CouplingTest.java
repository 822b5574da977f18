package io.talon.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.engine.Drafting;
import io.talon.engine.Sampling;
import org.junit.jupiter.api.Test;

class CouplingTest {
  @Test
  void couplingsSayTheirCoefficients() {
    Sampling warm = Sampling.GREEDY.withTemperature(0.7).seeded(1);
    assertThat(new Coupling.None().drafting(warm)).isEqualTo(Drafting.UNCOUPLED);
    assertThat(new Coupling.Shared().drafting(warm)).isEqualTo(Drafting.coupled(1, 0.7));
    assertThat(new Coupling.Fixed(1.5, 0.4).drafting(warm)).isEqualTo(Drafting.coupled(1.5, 0.4));
    assertThat(new Coupling.Fixed(1.5, 0.4).drafting(Sampling.GREEDY)).isEqualTo(Drafting.coupled(1.5, 0));
    assertThatThrownBy(() -> new Coupling.Fixed(0, 1)).hasMessage("coupling's beta must be in (0, 100]: 0.0");
    assertThatThrownBy(() -> new Coupling.Fixed(1, -1)).hasMessage("coupling's gamma must be in [0, 100]: -1.0");
  }
}
