package io.talon.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.engine.Chosen;
import io.talon.tree.DraftTree;
import io.talon.tree.TokenSet;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WalkTest {
  private static final int END = 9;

  private final DraftTree tree = new DraftTree(8);
  private final Walk walk = new Walk(8, new TokenSet(END));

  @BeforeEach
  void plant() {
    tree.reset(1); // node 0
    tree.add(0, 11, -1, 0); // node 1
    tree.add(0, 12, -2, 1); // node 2
    tree.add(1, 13, -2, 0); // node 3
    tree.add(2, 13, -3, 0); // node 4
    tree.add(2, END, -3, 1); // node 5
    tree.add(4, 14, -4, 0); // node 6
  }

  private int[] accepted() {
    return Arrays.copyOf(walk.path(), walk.accepted());
  }

  /** Every row's margin is its number and a half. */
  private static Chosen chosen(int... tokens) {
    float[] margins = new float[tokens.length];
    for (int row = 0; row < margins.length; row++) {
      margins[row] = row + 0.5f;
    }
    return new Chosen(tokens, margins);
  }

  @Test
  void followsTheChosenTokensToALeaf() {
    walk.follow(tree, chosen(12, 0, 13, 0, 14, 0, 77), 0);
    assertThat(accepted()).containsExactly(2, 4, 6);
    assertThat(walk.bonus()).as("Should take the token behind the leaf").isEqualTo(77);
  }

  @Test
  void stopsWhereNoChildWasChosen() {
    walk.follow(tree, chosen(11, 14, 13, 0, 14, 0, 77), 0);
    assertThat(accepted()).containsExactly(1);
    assertThat(walk.bonus()).isEqualTo(14);
  }

  @Test
  void stopsAtTheRoot() {
    walk.follow(tree, chosen(END, 0, 0, 0, 0, 0, 0), 0);
    assertThat(accepted()).isEmpty();
    assertThat(walk.bonus()).as("Should report an end of sequence that was not drafted as the bonus").isEqualTo(END);
  }

  @Test
  void hasNoBonusBehindAnEndOfSequence() {
    walk.follow(tree, chosen(12, 0, END, 0, 0, 55, 0), 0);
    assertThat(accepted()).containsExactly(2, 5);
    assertThat(walk.bonus()).isEqualTo(Walk.NO_BONUS);
  }

  @Test
  void readsTheRowsOfItsOwnTree() {
    walk.follow(tree, chosen(5, 5, 5, 11, 13, 0, 33, 0, 0, 0), 3);
    assertThat(accepted()).containsExactly(1, 3);
    assertThat(walk.bonus()).isEqualTo(33);
  }

  @Test
  void forgetsTheWalkBefore() {
    walk.follow(tree, chosen(12, 0, END, 0, 0, 55, 0), 0);
    walk.follow(tree, chosen(50, 0, 0, 0, 0, 0, 0), 0);
    assertThat(accepted()).isEmpty();
    assertThat(walk.bonus()).isEqualTo(50);
  }

  @Test
  void keepsTheSmallestMarginOfTheRowsOnTheWay() {
    Chosen chosen = new Chosen(new int[] {12, 0, 13, 0, 14, 0, 77}, new float[] {3, 0.1f, 2, 0.1f, 5, 0.1f, 1});
    walk.follow(tree, chosen, 0);
    assertThat(walk.minMargin(1)).as("of the first token alone").isEqualTo(3);
    assertThat(walk.minMargin(3)).as("of the accepted tokens").isEqualTo(2);
    assertThat(walk.minMargin(4)).as("with the bonus").isEqualTo(1);
  }

  @Test
  void breaksOffWhereNothingFiniteWasChosen() {
    float[] margins = {1, 1, Float.NaN, 1, 1, 1, 1};
    walk.follow(tree, new Chosen(new int[] {12, 0, 13, 0, 14, 0, 77}, margins), 0);
    assertThat(walk.broken()).isTrue();
    assertThat(accepted()).as("Should keep what was chosen before").containsExactly(2);
    assertThat(walk.bonus()).isEqualTo(Walk.NO_BONUS);
    walk.follow(tree, new Chosen(new int[] {11, 13, 0, 5, 0, 0, 0}, margins), 0);
    assertThat(walk.broken()).as("Should not mind a row that is not on the way").isFalse();
    assertThat(walk.bonus()).isEqualTo(5);
  }
}
