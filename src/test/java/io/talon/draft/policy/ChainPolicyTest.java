package io.talon.draft.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.draft.policy.ToyDraft.Grown;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChainPolicyTest {
  private static final ToyDraft PEAKED = ToyDraft.everywhere("1=.9 2=.06 3=.04");

  @Test
  void aChainIsTheBestChildOfTheBestChild() {
    Grown grown = PEAKED.grow(new ChainPolicy(4), 100, 9);
    assertThat(grown.nodes()).isEqualTo("0:1 1:1 2:1 3:1");
    assertThat(grown.forwards()).isEqualTo(4);
    assertThat(ToyDraft.table("", "1=.9", "1", "9=.9").grow(new ChainPolicy(4), 100, 9).nodes())
        .as("Should end at an end of sequence")
        .isEqualTo("0:1 1:9");
  }

  @ParameterizedTest
  @CsvSource({"0, 9", "0.5, 7", "0.85, 2", "0.95, 1", "1, 1"})
  void theTokenThatFallsBelowTheFloorIsTheLast(double floor, int drafted) {
    Grown grown = PEAKED.grow(new ChainPolicy(9, floor), 100); // .9 .81 .729 .656 .590 .531 .478
    assertThat(grown.tree().maxDepth()).isEqualTo(drafted);
    assertThat(grown.forwards()).as("Should take a forward per token").isEqualTo(drafted);
  }

  @Test
  void aCertainChainIsNeverBelowItsFloor() {
    assertThat(ToyDraft.everywhere("1=1").grow(new ChainPolicy(5, 1), 100).nodes()).isEqualTo("0:1 1:1 2:1 3:1 4:1");
  }

  @Test
  void nothingToDraftIsAnEmptyChain() {
    assertThat(ToyDraft.everywhere("1=0").grow(new ChainPolicy(5), 100).tree().size()).isEqualTo(1);
    assertThat(PEAKED.grow(new ChainPolicy(5), 0).tree().size()).isEqualTo(1);
  }

  @Test
  void rejectsNonsense() {
    assertThatThrownBy(() -> new ChainPolicy(0)).hasMessage("chain length must be 1 or more: 0");
    assertThatThrownBy(() -> new ChainPolicy(3, 1.5)).hasMessage("chain-floor must be in [0, 1]: 1.5");
    assertThatThrownBy(() -> new ChainPolicy(3, Double.NaN)).hasMessage("chain-floor must be in [0, 1]: NaN");
  }
}
