package io.talon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void differencesAreAWarningWhereTheyMustNotBe() {
    assertThat(Summary.broken(3))
        .isEqualTo("WARNING: 3 generations differ from plain decoding; with --exact on this must not happen in any type");
    assertThat(Summary.inexact(3)).isEqualTo("3 generations differ from plain decoding, as they may with --exact off");
  }
}
