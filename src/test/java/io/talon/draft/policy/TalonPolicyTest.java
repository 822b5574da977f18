package io.talon.draft.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.draft.policy.ToyDraft.Grown;
import io.talon.engine.Candidates;
import io.talon.tree.DraftTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TalonPolicyTest {
  private static final ToyDraft PEAKED = ToyDraft.everywhere("1=.9 2=.06 3=.04");
  private static final ToyDraft FLAT = ToyDraft.everywhere("1=.25 2=.25 3=.25 4=.25");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // N | K | mu  | forwards | nodes as parent:token
        "1   | 2 | .03 | 0 | ''",
        "2   | 2 | .03 | 1 | 0:1",
        "3   | 2 | .03 | 1 | 0:1 0:2",
        "4   | 2 | .03 | 2 | 0:1 0:2 1:1",
        "7   | 2 | .03 | 2 | 0:1 0:2 1:1 1:2 1:3 2:1",
        "8   | 2 | .03 | 3 | 0:1 0:2 1:1 1:2 1:3 2:1 3:1",
        "8   | 2 | .05 | 3 | 0:1 0:2 1:1 1:2 2:1 3:1 3:2",
        "6   | 2 | 1   | 4 | 0:1 0:2 1:1 3:1 4:1",
        "7   | 3 | 1e-9| 2 | 0:1 0:2 0:3 1:1 1:2 2:1",
        "3   | 9 | .03 | 1 | 0:1 0:2",
        "9   | 9 | 1   | 6 | 0:1 0:2 0:3 1:1 4:1 5:1 6:1 7:1",
      })
  void sureDraftsGrowDeep(int budget, int width, double mu, int forwards, String nodes) {
    Grown grown = PEAKED.grow(new TalonPolicy(budget, width, mu), 100);
    assertThat(grown.nodes()).as("N %s, K %s, mu %s", budget, width, mu).isEqualTo(nodes);
    assertThat(grown.forwards()).as("Should take a forward per layer").isEqualTo(forwards);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4  | 3 | .03 | 1 | 0:1 0:2 0:3",
        "10 | 3 | .03 | 2 | 0:1 0:2 0:3 1:1 1:2 1:3 1:4 2:1 2:2",
        "10 | 3 | 1   | 2 | 0:1 0:2 0:3 1:1 1:2 1:3 1:4 2:1 2:2",
        "17 | 3 | 1   | 3 | 0:1 0:2 0:3 1:1 1:2 1:3 1:4 2:1 2:2 2:3 2:4 3:1 3:2 3:3 3:4 4:1",
      })
  void unsureDraftsGrowWideAndTiesGoToTheSmallerParentAndToken(int budget, int width, double mu, int forwards, String nodes) {
    Grown grown = FLAT.grow(new TalonPolicy(budget, width, mu), 100);
    assertThat(grown.nodes()).as("N %s, K %s, mu %s", budget, width, mu).isEqualTo(nodes);
    assertThat(grown.forwards()).isEqualTo(forwards);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // ungated layers | N | K | mu | forwards | nodes as parent:token
        "0 | 8 | 2 | .03 | 2 | 0:1 0:2 0:3 1:1 1:2 1:3 2:1",
        "0 | 3 | 9 | .03 | 1 | 0:1 0:2",
        "0 | 6 | 2 | 1   | 5 | 0:1 1:1 2:1 3:1 4:1",
        "2 | 4 | 2 | 1   | 2 | 0:1 0:2 1:1",
        "2 | 8 | 2 | 1   | 5 | 0:1 0:2 1:1 1:2 3:1 5:1 6:1",
        "3 | 8 | 3 | 1   | 3 | 0:1 0:2 0:3 1:1 1:2 2:1 4:1",
        "9 | 9 | 2 | 1   | 4 | 0:1 0:2 1:1 1:2 3:1 3:2 5:1 5:2",
      })
  void ungatedLayersTakeTheirBest(int ungated, int budget, int width, double mu, int forwards, String nodes) {
    Grown grown = PEAKED.grow(new TalonPolicy(budget, width, mu, budget, ungated), 100);
    assertThat(grown.nodes()).as("%s ungated layers, N %s, K %s, mu %s", ungated, budget, width, mu).isEqualTo(nodes);
    assertThat(grown.forwards()).isEqualTo(forwards);
  }

  @Test
  void anEndOfSequenceIsALeaf() {
    ToyDraft draft = ToyDraft.everywhere("9=.6 1=.4");
    assertThat(draft.grow(new TalonPolicy(7, 2, 0.03), 100, 9).nodes()).isEqualTo("0:9 0:1 2:9 2:1 4:9 4:1");
  }

  @Test
  void aFrontierOfEndsOfSequenceEndsTheTree() {
    Grown grown = ToyDraft.everywhere("9=.7 8=.3").grow(new TalonPolicy(60, 10, 0.03), 100, 8, 9);
    assertThat(grown.nodes()).isEqualTo("0:9 0:8");
    assertThat(grown.forwards()).as("Should not run a forward over no parents").isEqualTo(1);
  }

  @Test
  void impossibleTokensAreNoNodes() {
    ToyDraft draft = ToyDraft.table("", "1=1", "1", "2=.5 3=.5", "1 2", "4=0", "1 3", "4=0");
    Grown grown = draft.grow(new TalonPolicy(60, 10, 1e-300), 100);
    assertThat(grown.nodes()).isEqualTo("0:1 1:2 1:3");
    assertThat(grown.forwards()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"0, 9, 0", "1, 9, 1", "3, 9, 3", "9, 2, 2", "9, 9, 9"})
  void depthIsLimitedByThePolicyAndByTheSequence(int limit, int maxDepth, int depth) {
    Grown grown = PEAKED.grow(new TalonPolicy(60, 2, 1, maxDepth), limit);
    assertThat(grown.tree().maxDepth()).isEqualTo(depth);
    assertThat(grown.forwards()).isEqualTo(depth);
  }

  @Test
  void theLastRoomIsNotAskedForMoreThanItHolds() {
    TreeGrowth growth = new TalonPolicy(6, 3, 0.03).growth(new int[0]);
    growth.begin(new DraftTree(6), 0, 9);
    assertThat(growth.width()).as("Should want K children of the root").isEqualTo(3);
    growth.accept(new Candidates(1, 3, new int[] {1, 2, 3}, new float[] {-1, -1, -1}), 0);
    assertThat(growth.frontierSize()).isEqualTo(3);
    assertThat(growth.width()).as("Should want as many children as there is room").isEqualTo(2);
  }

  @Test
  void notANumberIsAnEngineFailure() {
    TreeGrowth growth = TalonPolicy.PAPER.growth(new int[0]);
    growth.begin(new DraftTree(60), 0, 9);
    Candidates candidates = new Candidates(1, 2, new int[] {1, 2}, new float[] {-1, Float.NaN});
    assertThatThrownBy(() -> growth.accept(candidates, 0))
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ENGINE))
        .hasMessage("the draft's log-probabilities must be numbers: NaN in row 0");
  }

  @Test
  void rejectsNonsense() {
    assertThatThrownBy(() -> new TalonPolicy(0, 10, 0.03)).hasMessage("budget must be 1 or more, the root counts: 0");
    assertThatThrownBy(() -> new TalonPolicy(60, 0, 0.03)).hasMessage("width must be 1 or more: 0");
    assertThatThrownBy(() -> new TalonPolicy(60, 10, 2)).hasMessage("mu must be in (0, 1]: 2.0");
    assertThatThrownBy(() -> new TalonPolicy(60, 10, 0)).hasMessage("mu must be in (0, 1]: 0.0");
    assertThatThrownBy(() -> new TalonPolicy(60, 10, Double.NaN)).hasMessage("mu must be in (0, 1]: NaN");
    assertThatThrownBy(() -> new TalonPolicy(60, 10, 0.03, 0)).hasMessage("max depth must be 1 or more: 0");
    assertThatThrownBy(() -> new TalonPolicy(60, 10, 0.03, 9, -1))
        .hasMessage("ungated-layers must be 0 (the gate from the root on) or more: -1");
  }
}
