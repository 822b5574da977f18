package io.talon.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DraftTreeTest {
  /** A random tree of a given size, grown layer by layer. */
  static DraftTree random(int size, Random random) {
    DraftTree tree = new DraftTree(size);
    tree.reset(7);
    int layerStart = 0;
    int layerEnd = 1;
    while (tree.size() < size) {
      int wanted = 1 + random.nextInt(9);
      for (int i = 0; i < wanted && tree.size() < size; i++) {
        int parent = layerStart + random.nextInt(layerEnd - layerStart);
        tree.add(parent, 100 + tree.size(), tree.logProb(parent) - random.nextFloat(), i);
      }
      layerStart = layerEnd;
      layerEnd = tree.size();
    }
    return tree;
  }

  @Test
  void findsChildrenByToken() {
    DraftTree tree = new DraftTree(8);
    tree.reset(7);
    int first = tree.add(0, 11, -1, 0);
    int second = tree.add(0, 12, -2, 1);
    int grandchild = tree.add(second, 11, -3, 0);
    assertThat(tree.child(0, 11)).isEqualTo(first);
    assertThat(tree.child(0, 12)).isEqualTo(second);
    assertThat(tree.child(second, 11)).isEqualTo(grandchild);
    assertThat(tree.child(first, 11)).as("Should not find another node's child").isEqualTo(-1);
    assertThat(tree.child(0, 13)).isEqualTo(-1);
    assertThat(tree.maxDepth()).isEqualTo(2);
    assertThat(tree.width(1)).isEqualTo(2);
  }

  @Test
  void resetForgetsTheChildrenOfTheLastRound() {
    DraftTree tree = new DraftTree(3);
    tree.reset(7);
    tree.add(tree.add(0, 11, -1, 0), 12, -2, 0);
    tree.reset(8);
    assertThat(tree.child(0, 11)).isEqualTo(-1);
    int node = tree.add(0, 13, -1, 0);
    assertThat(tree.child(node, 12)).isEqualTo(-1);
    assertThat(tree.size()).isEqualTo(2);
  }

  @Test
  void findsEveryChildOfLargeTrees() {
    DraftTree tree = random(200, new Random(3));
    for (int node = 1; node < tree.size(); node++) {
      assertThat(tree.child(tree.parent(node), tree.token(node))).isEqualTo(node);
    }
  }

  @Test
  void batchesNumberRowsTreeAfterTree() {
    DraftTree three = random(3, new Random(1));
    DraftTree five = random(5, new Random(2));
    TreeBatch batch = new TreeBatch(2);
    batch.add(4, three);
    batch.add(1, five);
    assertThat(batch.rows()).isEqualTo(8);
    assertThat(batch.firstRow(1)).isEqualTo(3);
    assertThat(batch.slot(1)).isEqualTo(1);
    batch.clear();
    assertThat(batch.rows()).isZero();
  }
}
