package io.talon.draft;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.ToyDraft.Grown;
import io.talon.draft.policy.TreePolicy;
import io.talon.tree.DraftTree;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergedDrafterTest {
  private static final TreePolicy POLICY = new TalonPolicy(5, 2, 0.03);

  private final List<Integer> asked = new ArrayList<>(); // slots
  private final List<String> released = new ArrayList<>();

  /** Drafts token 7 at a probability of one half, and notes whom it was asked about. */
  private final class Guide implements Drafter {
    @Override
    public void draft(DraftRound round) {
      for (int i = 0; i < round.size(); i++) {
        asked.add(round.slot(i));
        round.tree(i).reset(round.root(i));
        round.tree(i).add(0, 7, (float) Math.log(0.5), 0);
        round.countForward(i);
      }
    }

    @Override
    public boolean usesEngine() {
      return true;
    }

    @Override
    public void release(int slot) {
      released.add("guide " + slot);
    }
  }

  /** Finds a chain of four tokens, as probable as the root token says in hundredths. */
  private final class Free implements Drafter {
    @Override
    public void draft(DraftRound round) {
      for (int i = 0; i < round.size(); i++) {
        DraftTree tree = round.tree(i);
        tree.reset(round.root(i));
        for (int depth = 1; depth <= Math.min(4, round.depthLimit(i)); depth++) {
          tree.add(depth - 1, 10 + depth, (float) Math.log(round.root(i) / 100.0), 0);
        }
      }
    }

    @Override
    public void release(int slot) {
      released.add("free " + slot);
    }
  }

  @Test
  void theGuideIsAskedWhereWhatWasFoundIsUnsure() {
    DraftRound round = new DraftRound(4, 5);
    round.add(3, new int[] {60}, 1, 9); // expects 4 * .6 of 4
    round.add(1, new int[] {40}, 1, 9); // expects 4 * .4 of 4
    round.add(2, new int[] {60}, 1, 0); // has nothing to expect
    round.add(0, new int[] {40}, 1, 1); // expects .4 of 1
    MergedDrafter merged = new MergedDrafter(new Guide(), new Free(), 4, POLICY);
    merged.draft(round);
    assertThat(asked).containsExactly(1, 0);
    assertThat(nodes(round, 0)).isEqualTo("0:11 1:12 2:13 3:14");
    assertThat(nodes(round, 1)).as("Should hold the guide's node and the best of what was found").isEqualTo("0:7 0:11 2:12 3:13");
    assertThat(nodes(round, 2)).isEmpty();
    assertThat(nodes(round, 3)).isEqualTo("0:7 0:11");
    assertThat(new int[] {round.forwards(0), round.forwards(1), round.forwards(2), round.forwards(3)})
        .containsExactly(0, 1, 0, 1);
  }

  private static String nodes(DraftRound round, int index) {
    return new Grown(round.tree(index), 0).nodes();
  }

  @Test
  void bothHearOfTheEndOfASequence() {
    MergedDrafter merged = new MergedDrafter(new Guide(), new Free(), 1, POLICY);
    merged.release(2);
    assertThat(released).containsExactly("guide 2", "free 2");
    assertThat(merged.usesEngine()).as("Should need what its guide needs").isTrue();
  }
}
