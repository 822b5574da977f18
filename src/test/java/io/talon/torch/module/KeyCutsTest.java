package io.talon.torch.module;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.tree.DraftTree;
import org.junit.jupiter.api.Test;

class KeyCutsTest {
  private final KeyCuts cuts = new KeyCuts();

  /** A root and so many children. */
  private static DraftTree wide(int children) {
    DraftTree tree = new DraftTree(1 + children);
    tree.reset(0);
    for (int child = 0; child < children; child++) {
      tree.add(0, child, -child, child);
    }
    return tree;
  }

  @Test
  void aTreeWhoseKeysAreAllOfOneBlockIsNotCut() {
    cuts.add(0, 20, KeyBlocksTest.tree());
    cuts.add(1, 128 - 6, KeyBlocksTest.tree());
    cuts.add(2, 128, KeyBlocksTest.tree());
    assertThat(cuts.list()).isEmpty();
    assertThat(cuts.fitProducts()).isTrue();
  }

  @Test
  void aTreeIsCutAtTheFirstNodeOfTheDepthThatBeginsABlock() {
    cuts.add(3, 127, KeyBlocksTest.tree()); // children at position 128, where the first one's key lies
    cuts.add(4, 126, KeyBlocksTest.tree()); // grandchildren
    cuts.add(5, 253, KeyBlocksTest.tree()); // depth 3 at position 256
    assertThat(cuts.list()).containsExactly(4, 1, 126 + 3, 5, 2, 253 + 5);
  }

  @Test
  void keysBehindABlocksEndAreOfItWhereNoNodeIsSoDeep() {
    cuts.add(7, 124, KeyBlocksTest.tree());
    assertThat(cuts.list()).containsExactly(7, 1, 124 + 6);
  }

  @Test
  void aChainLiesAtItsPositions() {
    cuts.add(0, 100, KeyBlocksTest.chain());
    assertThat(cuts.list()).isEmpty();
    assertThat(cuts.fitProducts()).isTrue();
  }

  @Test
  void moreKeysThanAProductSumsInOrderDoNotFit() {
    cuts.add(0, 126, wide(64)); // all at position 127: keys up to 191, and 192 are summed
    assertThat(cuts.fitProducts()).isTrue();
    cuts.add(1, 126, wide(66));
    assertThat(cuts.fitProducts()).isFalse();
    cuts.clear();
    assertThat(cuts.fitProducts()).isTrue();
    assertThat(cuts.list()).isEmpty();
  }
}
