package io.talon.tree;

/**
 * The tree attention mask as bits: bit j of row i says that node j is node i itself or one of its ancestors.
 *
 * <p>A row is as many longs as the largest tree of the batch needs, so trees may have any number of nodes.
 */
public final class AncestorBits {
  private AncestorBits() {}

  /** Longs per row for trees of that many rows. */
  public static int wordsPerRow(int treeRows) {
    return (treeRows + 63) >>> 6;
  }

  /**
   * Writes the rows of one tree.
   *
   * @param bits the rows of a whole batch // [rows, wordsPerRow]
   * @param firstRow row of the tree's root
   * @param wordsPerRow at least {@link #wordsPerRow(int)} of the tree's size
   */
  public static void fill(DraftTree tree, long[] bits, int firstRow, int wordsPerRow) {
    assert wordsPerRow >= wordsPerRow(tree.size()) : "a row has a bit for every node";
    for (int node = 0; node < tree.size(); node++) {
      int row = (firstRow + node) * wordsPerRow;
      for (int word = 0; word < wordsPerRow; word++) {
        bits[row + word] = node == 0 ? 0 : bits[(firstRow + tree.parent(node)) * wordsPerRow + word];
      }
      bits[row + (node >>> 6)] |= 1L << node; // the shift counts modulo 64
    }
  }
}
