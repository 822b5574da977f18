package io.talon.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AncestorBitsTest {
  @Test
  void aRowIsItsParentsRowAndItself() {
    DraftTree tree = new DraftTree(5);
    tree.reset(7);
    tree.add(0, 1, -1, 0);
    tree.add(0, 2, -2, 1);
    tree.add(2, 3, -3, 0);
    tree.add(3, 4, -4, 0);
    long[] bits = new long[5];
    AncestorBits.fill(tree, bits, 0, 1);
    assertThat(bits).containsExactly(0b1, 0b11, 0b101, 0b1101, 0b11101);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 128, 129, 300})
  void treesOfAnySizeAgreeWithAWalkUpwards(int size) {
    DraftTree tree = DraftTreeTest.random(size, new Random(size));
    int words = AncestorBits.wordsPerRow(size) + 1; // a larger tree shares the batch
    int firstRow = 3;
    long[] bits = new long[(firstRow + size + 1) * words];
    Arrays.fill(bits, -1L);
    AncestorBits.fill(tree, bits, firstRow, words);
    for (int node = 0; node < size; node++) {
      boolean[] expected = new boolean[64 * words];
      for (int ancestor = node; ancestor >= 0; ancestor = tree.parent(ancestor)) {
        expected[ancestor] = true;
      }
      for (int bit = 0; bit < expected.length; bit++) {
        boolean set = (bits[(firstRow + node) * words + bit / 64] >>> bit % 64 & 1) == 1;
        assertThat(set).as("node %s, bit %s", node, bit).isEqualTo(expected[bit]);
      }
    }
    assertThat(bits[firstRow * words - 1]).as("Should leave the rows before alone").isEqualTo(-1L);
    assertThat(bits[(firstRow + size) * words]).as("Should leave the rows behind alone").isEqualTo(-1L);
  }

  @Test
  void aWordHoldsSixtyFourRows() {
    assertThat(AncestorBits.wordsPerRow(1)).isEqualTo(1);
    assertThat(AncestorBits.wordsPerRow(64)).isEqualTo(1);
    assertThat(AncestorBits.wordsPerRow(65)).isEqualTo(2);
  }
}
