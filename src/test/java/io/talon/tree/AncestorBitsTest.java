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
        for (int other = 0; other < ROWS; other++) {
          assertThat(bits.sees(row, other)).as("row %s, %s", row, other).isEqualTo(expected[row].get(other));
        }
      }
    }
  }
}
