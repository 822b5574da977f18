package io.talon.torch.module;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.tree.AncestorBits;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TreeMasksTest {
  private final TreeMasks masks = new TreeMasks();

  /** A root with two children, the second of which has a child. */
  private static AncestorBits tree() {
    AncestorBits ancestors = new AncestorBits(4);
    ancestors.plant();
    ancestors.add(1, 0);
    ancestors.add(2, 0);
    ancestors.add(3, 2);
    return ancestors;
  }

  @Test
  void hidesFromEveryRowOfALoneTreeWhatIsNotItsAncestor() {
    masks.begin(new long[] {5, 0, 4, 14}, new long[] {10}, LoneSegments.after(0, 1), 1);
    masks.hide(0, tree());
    // [4 rows, 4 keys]: the root sees itself, 1 and 2 their root, 3 the root and 2
    assertThat(masks.values()).containsExactly(1, 2, 3, 4 + 2, 4 + 3, 8 + 1, 8 + 3, 12 + 1);
  }

  @Test
  void hidesCousinsFromALayerThatIsTheNewestOfItsSlot() {
    masks.begin(new long[] {0, 0, 2, 14, 1, 2, 1, 8}, new long[] {10, 7}, LoneSegments.after(0, 2), 1);
    masks.hide(0, tree()); // its rows are 2 and 3
    assertThat(masks.values()).containsExactly(1, 3, 4 + 1);
  }

  @Test
  void saysOfPaddedSlotsWhichRowStandsInEachPlaceAndHowManyKeysThereAre() {
    masks.begin(new long[] {2, 0, 1, 5, 0, 1, 4, 6}, new long[] {4, 2}, LoneSegments.after(2, 2), 4);
    assertThat(masks.values()).containsExactly(1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 6, 1, 5);
    masks.hide(1, tree()); // of [3 slots, 4 rows, 8 keys]
    assertThat(masks.values()).endsWith(1, 5, 2 + 1, 2 + 2, 2 + 3, 8 + 2 + 2, 8 + 2 + 3, 16 + 2 + 1, 16 + 2 + 3, 24 + 2 + 1);
  }

  @Test
  void saysOfSegmentsByThemselvesAfterThoseAtOnce() {
    masks.begin(new long[] {2, 0, 1, 5, 0, 1, 4, 6}, new long[] {4, 2}, LoneSegments.after(1, 2), 4);
    masks.hide(0, tree());
    masks.hide(1, tree());
    assertThat(masks.atOnce()).isEqualTo(6);
    // slot 2 has the forward's row 0 and 5 keys; then of [5 rows, 4 keys] what rows 1 to 4 do not see
    assertThat(masks.values()).containsExactly(0, 0, 0, 1, 1, 5, 5, 6, 7, 10, 11, 13, 15, 17);
  }

  @Test
  void aChainHidesWhatIsBelow() {
    AncestorBits chain = new AncestorBits(130);
    chain.plant();
    for (int row = 1; row < 130; row++) {
      chain.add(row, row - 1);
    }
    masks.begin(new long[] {0, 0, 130, 130}, new long[] {0}, LoneSegments.after(0, 1), 1);
    masks.hide(0, chain);
    long[] hidden = masks.values();
    assertThat(hidden).hasSize(130 * 129 / 2).isSorted().doesNotHaveDuplicates();
    assertThat(Arrays.stream(hidden).allMatch(place -> place % 130 > place / 130)).isTrue();
  }
}
