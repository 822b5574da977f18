package io.talon.draft.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.draft.policy.ToyDraft.Grown;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecursivePoliciesTest {
  private static final ToyDraft PEAKED = ToyDraft.everywhere("1=.8 2=.15 3=.05");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // N | factors | forwards | nodes as parent:token
        "1  | 3     | 0 | ''",
        "4  | 3     | 1 | 0:1 0:2 0:3",
        "7  | 2 1   | 3 | 0:1 0:2 1:1 2:1 3:1 4:1",
        "8  | 3 1   | 3 | 0:1 0:2 0:3 1:1 2:1 3:1 4:1", // the last row goes to the best
        "7  | 2     | 2 | 0:1 0:2 1:1 1:2 2:1 2:2",
        "6  | 1 2 1 | 3 | 0:1 1:1 1:2 2:1 3:1",
      })
  void everyNodeHasItsNumberOfChildren(int budget, String factors, int forwards, String nodes) {
    List<Integer> branching = Arrays.stream(factors.split(" ")).map(Integer::valueOf).toList();
    Grown grown = PEAKED.grow(new BranchingPolicy(budget, branching), 100);
    assertThat(grown.nodes()).as("N %s, %s", budget, factors).isEqualTo(nodes);
    assertThat(grown.forwards()).as("Should take a forward per layer").isEqualTo(forwards);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // N | W | forwards | nodes as parent:token
        "1 | 2 | 0 | ''",
        "3 | 2 | 1 | 0:1 0:2",
        "7 | 2 | 3 | 0:1 0:2 1:1 1:2 3:1 3:2", // ties go to the earlier parent
        "6 | 3 | 2 | 0:1 0:2 0:3 1:1 1:2",
        "4 | 1 | 3 | 0:1 1:1 2:1",
      })
  void everyLayerHoldsTheBestPaths(int budget, int width, int forwards, String nodes) {
    Grown grown = ToyDraft.everywhere("1=.75 2=.1875 3=.0625").grow(new BeamPolicy(budget, width), 100);
    assertThat(grown.nodes()).as("N %s, W %s", budget, width).isEqualTo(nodes);
    assertThat(grown.forwards()).isEqualTo(forwards);
  }

  @Test
  void endsOfSequencesHaveNoChildren() {
    ToyDraft draft = ToyDraft.everywhere("9=.6 1=.4");
    assertThat(draft.grow(new BeamPolicy(9, 2), 2, 9).nodes()).isEqualTo("0:9 0:1 2:9 2:1");
    assertThat(draft.grow(new BranchingPolicy(9, List.of(2)), 2, 9).nodes()).isEqualTo("0:9 0:1 2:9 2:1");
    assertThat(draft.grow(new BranchingPolicy(9, List.of(1)), 5, 9).nodes()).isEqualTo("0:9");
  }

  @Test
  void rejectsNonsense() {
    assertThatThrownBy(() -> new BeamPolicy(0, 1)).hasMessage("budget must be 1 or more, the root counts: 0");
    assertThatThrownBy(() -> new BeamPolicy(9, 0)).hasMessage("width must be 1 or more: 0");
    assertThatThrownBy(() -> new BranchingPolicy(9, List.of()))
        .hasMessage("branching must name factors of 1 or more: []");
    assertThatThrownBy(() -> new BranchingPolicy(9, List.of(2, 0)))
        .hasMessage("branching must name factors of 1 or more: [2, 0]");
  }
}
