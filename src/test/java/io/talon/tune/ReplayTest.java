package io.talon.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.TalonException;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Other settings on one recorded tree of eight rows, by hand. */
class ReplayTest {
  private static final int BUDGET = 8;
  /** Layers {1, 2, 3}, {4, 5} and {6, 7}; 1, 4 and 6 were accepted, and 6 has no children in the tree. */
  private static final RecordedRound ROUND = round(99, 1, 4, 6);

  @Test
  void smallerTreesAreCutOutOfTheRecordedOne() {
    assertOutcome(new TreeSetting(8, 3, .1), 4, 3, 8, 1);
    assertOutcome(new TreeSetting(5, 3, .1), 3, 2, 5, 1); // one node of the second layer, its best
    assertOutcome(new TreeSetting(4, 2, .1), 3, 2, 4, 1);
    assertOutcome(new TreeSetting(4, 1, 1), 4, 3, 4, 1); // a chain
    assertOutcome(new TreeSetting(2, 1, 1), 2, 1, 2, 1);
    assertOutcome(new TreeSetting(8, 3, .1, 1), 2, 1, 4, 1);
    assertOutcome(TreeSetting.PLAIN, 1, 0, 1, 1);
  }

  @Test
  void whatAStricterGateSavesContinuesTheTree() {
    // The gate leaves 3, 1 and 1 nodes, so two more layers of one node; the path has always gone on where it could be seen.
    assertOutcome(new TreeSetting(8, 3, .5), 6, 5, 8, 0);
    RecordedRound stopped = round(99, 1);
    Replay.Outcome both = Replay.of(List.of(ROUND, stopped), BUDGET, new TreeSetting(8, 3, .5));
    // Row 1 went on once in two rounds, row 4 once in one: 2/3, and once more 4/9, in one round of two.
    assertThat(both.tau()).isCloseTo(1 + (3 + 1 + 2 / 3.0 + 4 / 9.0) / 2, Offset.offset(1e-9));
  }

  @Test
  void whatAStopOrALimitCutsOffIsNotCounted() {
    RecordedRound last = round(3, 1, 4, 6); // its third token ended the text, so that there was no bonus
    assertThat(Replay.of(List.of(last), BUDGET, new TreeSetting(8, 3, .1)).tau()).isEqualTo(3);
    assertThat(Replay.of(List.of(last), BUDGET, new TreeSetting(4, 2, .1)).tau()).as("two accepted and the bonus").isEqualTo(3);
    assertThat(Replay.of(List.of(last), BUDGET, new TreeSetting(2, 1, 1)).tau()).isEqualTo(2);
    assertThat(Replay.of(List.of(last), BUDGET, new TreeSetting(8, 3, .5)).tau()).as("no layer behind the end").isEqualTo(3);
    assertThat(Replay.of(List.of(round(4, 1, 4, 6)), BUDGET, new TreeSetting(8, 3, .5)).tau()).isEqualTo(4);
    assertThat(Replay.of(List.of(round(5, 1, 4, 6)), BUDGET, new TreeSetting(8, 3, .5)).tau()).isEqualTo(5);
  }

  @Test
  void aTreeThatEndedBeforeItsBudgetIsNotContinued() {
    RecordedRound last = new RecordedRound(new int[] {0, 0, 0}, logs(.5, .3, .2), new int[] {2}, 99, 1, null);
    Replay.Outcome outcome = Replay.of(List.of(last), BUDGET, new TreeSetting(8, 3, .5));
    assertThat(outcome.delta()).isEqualTo(1);
    assertThat(outcome.tau()).isEqualTo(2);
    assertThat(outcome.seen()).isEqualTo(1);
  }

  @Test
  void aBatchDraftsAsOftenAsItsDeepestTree() {
    RecordedRound shallow = new RecordedRound(new int[] {0}, logs(.5), new int[] {}, 99, 1, null);
    Replay.Outcome outcome = Replay.of(List.of(ROUND, shallow), BUDGET, new TreeSetting(8, 3, .1));
    assertThat(outcome.growing()).containsExactly(1, .5, .5);
    assertThat(outcome.frontier()).as("the root, then the nodes of the first and of the second layer").containsExactly(1, 3, 2);
    assertThat(outcome.sharedForwards(1)).isEqualTo(2);
    assertThat(outcome.sharedForwards(2)).as("One in four pairs is shallow twice").isEqualTo(2.5);
  }

  @Test
  void roundsThatTellNoTreeAreRefused() {
    assertThatThrownBy(() -> new RecordedRound(new int[] {1}, new float[] {0}, new int[] {}, 1, 1, null))
        .isInstanceOf(TalonException.class)
        .hasMessage("a parent must come before its child 1: 1");
    assertThatThrownBy(() -> new RecordedRound(new int[] {0, 0}, new float[] {0, 0}, new int[] {1, 2}, 3, 1, null))
        .hasMessage("an accepted row must be a child of the accepted row 1: 2");
    assertThatThrownBy(() -> round(2, 1, 4, 6))
        .hasMessage("a round must have left the 3 tokens that it accepted, and one at least: 2");
  }

  private static void assertOutcome(TreeSetting setting, double tau, double delta, double rows, double seen) {
    Replay.Outcome outcome = Replay.of(List.of(ROUND), BUDGET, setting);
    assertThat(new double[] {outcome.tau(), outcome.delta(), outcome.rows(), outcome.seen()})
        .as(setting.toString())
        .containsExactly(new double[] {tau, delta, rows, seen}, Offset.offset(1e-9));
  }

  private static RecordedRound round(int tokensLeft, int... acceptedRows) {
    return new RecordedRound(
        new int[] {0, 0, 0, 1, 2, 4, 4}, logs(.5, .3, .2, .4, .15, .3, .05), acceptedRows, tokensLeft, 3, null);
  }

  private static float[] logs(double... probabilities) {
    float[] logs = new float[probabilities.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = (float) Math.log(probabilities[i]);
    }
    return logs;
  }
}
