package io.talon.torch.module;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.tree.DraftTree;
import org.junit.jupiter.api.Test;

class KeyBlocksTest {
  private final KeyBlocks blocks = new KeyBlocks();

  /** Two children of the root, of the first two children, of the second of these one. */
  static DraftTree tree() {
    DraftTree tree = new DraftTree(6);
    tree.reset(1);
    tree.add(0, 11, -1, 0); // 1
    tree.add(0, 12, -2, 1); // 2
    tree.add(1, 13, -2, 0); // 3
    tree.add(1, 14, -3, 1); // 4
    tree.add(4, 15, -4, 0); // 5
    return tree;
  }

  /** 300 nodes, each the only child of the one before. */
  static DraftTree chain() {
    DraftTree chain = new DraftTree(300);
    chain.reset(0);
    for (int node = 1; node < 300; node++) {
      chain.add(node - 1, node, -node, 0);
    }
    return chain;
  }

  @Test
  void keysAtTheirPositionsBeginABlockEvery128() {
    blocks.add(1);
    blocks.add(128);
    blocks.add(129);
    blocks.add(300);
    assertThat(blocks.list()).containsExactly(1, 0, 1, 0, 2, 0, 128, 3, 0, 128, 256);
  }

  @Test
  void aTreeWithinABlockIsNotCut() {
    blocks.add(20, tree());
    blocks.add(128, tree());
    assertThat(blocks.list()).as("a root at position 128 begins a block itself").containsExactly(1, 0, 2, 0, 128);
  }

  @Test
  void aTreeIsCutAtTheFirstNodeOfTheDepthThatBeginsABlock() {
    blocks.add(127, tree()); // children at position 128
    blocks.add(126, tree()); // grandchildren
    blocks.add(125, tree());
    blocks.add(124, tree()); // nothing is so deep
    assertThat(blocks.list()).containsExactly(2, 0, 127 + 1, 2, 0, 126 + 3, 2, 0, 125 + 5, 1, 0);
  }

  @Test
  void aChainIsCutAtItsPositions() {
    blocks.add(100, chain());
    assertThat(blocks.list()).containsExactly(4, 0, 128, 256, 384);
  }
}
