package io.talon.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AncestorBitsTest {
  private static final int ROWS = 200;

  @Test
  void aRowSeesItsAncestorsAndItself() {
    AncestorBits bits = new AncestorBits(ROWS);
    Random random = new Random(3);
    for (int tree = 0; tree < 20; tree++) {
      BitSet[] expected = new BitSet[ROWS];
      bits.plant();
      for (int row = 0; row < ROWS; row++) {
        expected[row] = new BitSet();
        if (row > 0) {
          int parent = random.nextInt(row);
          bits.add(row, parent);
          expected[row].or(expected[parent]);
        }
        expected[row].set(row);
      }
      for (int row = 0; row < ROWS; row++) {
        long[] words = new long[bits.words()];
        for (int w = 0; w < words.length; w++) {
          words[w] = bits.word(row, w);
        }
        assertThat(BitSet.valueOf(words)).as("row %s", row).isEqualTo(expected[row]);
      }
    }
  }

  @Test
  void wordsHoldSixtyFourRows() {
    assertThat(AncestorBits.words(1)).isEqualTo(1);
    assertThat(AncestorBits.words(64)).isEqualTo(1);
    assertThat(AncestorBits.words(65)).isEqualTo(2);
  }
}
