package io.talon.draft.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.draft.policy.ToyDraft.Grown;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaticTreePolicyTest {
  private static final ToyDraft PEAKED = ToyDraft.everywhere("1=.9 2=.06 3=.04");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // N | K | layers | forwards | nodes as parent:token
        "1  | 2 | 3 | 0 | ''",
        "2  | 2 | 3 | 3 | 0:1",
        "3  | 2 | 3 | 3 | 0:1 1:1",
        "6  | 2 | 3 | 3 | 0:1 0:2 1:1 1:2 3:1",
        "7  | 2 | 3 | 3 | 0:1 0:2 1:1 1:2 2:1 3:1",
        "99 | 2 | 2 | 2 | 0:1 0:2 1:1 1:2 2:1 2:2",
        "99 | 9 | 1 | 1 | 0:1 0:2 0:3",
        "5  | 1 | 3 | 3 | 0:1 1:1 2:1",
      })
  void theBestOfAllLayersBecomeTheTree(int budget, int width, int layers, int forwards, String nodes) {
    Grown grown = PEAKED.grow(new StaticTreePolicy(budget, width, layers), 100);
    assertThat(grown.nodes()).as("N %s, K %s, %s layers", budget, width, layers).isEqualTo(nodes);
    assertThat(grown.forwards()).as("Should take a forward per layer").isEqualTo(forwards);
  }

  @Test
  void aLayerIsOrderedByScore() {
    ToyDraft draft = ToyDraft.table("", "1=.5 2=.4", "1", "3=.5 4=.02", "2", "3=.9 4=.05");
    assertThat(draft.grow(new StaticTreePolicy(60, 2, 2), 100).nodes()).isEqualTo("0:1 0:2 2:3 1:3 2:4 1:4");
  }

  @Test
  void anEndOfSequenceIsALeafThatHoldsItsPlace() {
    ToyDraft draft = ToyDraft.everywhere("9=.6 1=.3 2=.1");
    Grown grown = draft.grow(new StaticTreePolicy(60, 2, 2), 100, 9);
    assertThat(grown.nodes()).as("Should not make the third best a parent").isEqualTo("0:9 0:1 2:9 2:1");
  }

  @Test
  void aFrontierOfEndsOfSequenceEndsTheTree() {
    Grown grown = ToyDraft.everywhere("9=.7 8=.3").grow(new StaticTreePolicy(60, 10, 9), 100, 8, 9);
    assertThat(grown.nodes()).isEqualTo("0:9 0:8");
    assertThat(grown.forwards()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "4, 4", "50, 9"})
  void depthIsLimitedByTheSequence(int limit, int depth) {
    Grown grown = PEAKED.grow(StaticTreePolicy.PAPER, limit);
    assertThat(grown.tree().maxDepth()).isEqualTo(depth);
    assertThat(grown.forwards()).isEqualTo(depth);
  }

  @Test
  void aCertainChildDoesNotOustItsParent() {
    ToyDraft draft = ToyDraft.everywhere("1=1 2=1 3=1");
    assertThat(draft.grow(new StaticTreePolicy(5, 3, 3), 100).nodes()).isEqualTo("0:1 0:2 0:3 1:1");
  }

  @Test
  void noDraftIsTheRoot() {
    Grown grown = PEAKED.grow(new NoDraft(), 100);
    assertThat(grown.tree().size()).isEqualTo(1);
    assertThat(grown.forwards()).isZero();
  }

  @Test
  void rejectsNonsense() {
    assertThatThrownBy(() -> new StaticTreePolicy(0, 10, 9)).hasMessage("budget must be 1 or more, the root counts: 0");
    assertThatThrownBy(() -> new StaticTreePolicy(60, -1, 9)).hasMessage("width must be 1 or more: -1");
    assertThatThrownBy(() -> new StaticTreePolicy(60, 10, 0)).hasMessage("layers must be 1 or more: 0");
  }
}
