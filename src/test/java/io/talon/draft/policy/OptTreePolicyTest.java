package io.talon.draft.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.draft.policy.OptTreePolicy.Variant;
import io.talon.draft.policy.ToyDraft.Grown;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptTreePolicyTest {
  private static final ToyDraft PEAKED = ToyDraft.everywhere("1=.8 2=.2");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // N | threshold | depth | variant | forwards | nodes as parent:token
        "1 | 0   | 9 | INTENDED   | 0 | ''",
        "2 | .5  | 9 | INTENDED   | 2 | 0:1", // E: .8, .8
        "3 | 0   | 9 | INTENDED   | 3 | 0:1 1:1", // E: 1, 1.44, 1.44
        "4 | .3  | 9 | INTENDED   | 4 | 0:1 1:1 2:1", // E: 1, 1.64, 1.952, 1.952
        "4 | .4  | 9 | INTENDED   | 3 | 0:1 1:1 2:1",
        "4 | .7  | 9 | INTENDED   | 2 | 0:1 0:2 1:1",
        "4 | 1.1 | 9 | INTENDED   | 1 | 0:1 0:2",
        "4 | 0   | 2 | INTENDED   | 2 | 0:1 0:2 1:1",
        "4 | 1.1 | 9 | REPOSITORY | 2 | 0:1 0:2",
        "4 | .7  | 9 | REPOSITORY | 3 | 0:1 0:2 1:1",
        "4 | 0   | 3 | REPOSITORY | 3 | 0:1 0:2 1:1",
        "4 | 0   | 9 | REPOSITORY | 5 | 0:1 1:1 2:1",
      })
  void layersGrowForAsLongAsTheyPay(int budget, double threshold, int depth, Variant variant, int forwards, String nodes) {
    Grown grown = PEAKED.grow(new OptTreePolicy(budget, threshold, depth, variant), 100);
    assertThat(grown.nodes()).as("N %s, threshold %s, %s", budget, threshold, variant).isEqualTo(nodes);
    assertThat(grown.forwards()).as("Should take a forward per recorded layer").isEqualTo(forwards);
  }

  @ParameterizedTest
  @CsvSource({"INTENDED, 0, 0", "INTENDED, 2, 2", "REPOSITORY, 1, 1", "REPOSITORY, 2, 2"})
  void noForwardIsWastedWhereTheSequenceEnds(Variant variant, int limit, int depth) {
    Grown grown = ToyDraft.everywhere("1=1").grow(new OptTreePolicy(16, 0, 9, variant), limit);
    assertThat(grown.tree().maxDepth()).as("Should let the newest layer count").isEqualTo(depth);
    assertThat(grown.forwards()).isEqualTo(depth);
  }

  @Test
  void anEndOfSequenceHoldsItsPlaceAndHasNoChildren() {
    Grown grown = ToyDraft.everywhere("9=.6 1=.4").grow(new OptTreePolicy(4, 0, 9, Variant.INTENDED), 100, 9);
    assertThat(grown.nodes()).isEqualTo("0:9 0:1 2:9");
    assertThat(ToyDraft.everywhere("9=1").grow(new OptTreePolicy(4, 0, 9, Variant.REPOSITORY), 100, 9).nodes())
        .as("Should keep what nothing can follow")
        .isEqualTo("0:9");
  }

  @Test
  void rejectsNonsense() {
    assertThatThrownBy(() -> new OptTreePolicy(0, 0, 9, Variant.INTENDED))
        .hasMessage("budget must be 1 or more, the root counts: 0");
    assertThatThrownBy(() -> new OptTreePolicy(9, -1, 9, Variant.INTENDED))
        .hasMessage("opt-tree-threshold must be 0 or more: -1.0");
    assertThatThrownBy(() -> new OptTreePolicy(9, 0, 0, Variant.INTENDED))
        .hasMessage("opt-tree's depth must be 1 or more in the variant INTENDED: 0");
    assertThatThrownBy(() -> new OptTreePolicy(9, 0, 1, Variant.REPOSITORY))
        .hasMessage("opt-tree's depth must be 2 or more in the variant REPOSITORY: 1");
  }
}
