package io.talon.cost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a target forward takes longer when its trees are of different sizes than a line between even ones says, in nanoseconds.
 *
 * @param firstRow what the first row beside the roots adds for every sequence but its own: all roots alone are plain decoding, which
 *     is faster than as many rows with a tree among them
 * @param freeRows rows of a tree up to which it takes nothing more
 * @param tree what a larger tree adds when few are, and their attention is made by itself
 * @param row what it takes at most for every row that trees lack to be as large as the largest one: filling them up
 */
public record UnevenTrees(double firstRow, int freeRows, double tree, double row) {
  /** Trees that may be of any sizes, as far as anybody knows. */
  public static final UnevenTrees FREE = new UnevenTrees(0, 1, 0, 0);

  /** What all rows take longer than the line from one row a sequence to two says. */
  double beside(int sequences, double rows) {
    return rows > sequences ? firstRow * Math.max(0, 2.0 * sequences - rows) : 0;
  }

  /**
   * What trees take longer that are larger than others.
   *
   * @param largest rows of the largest tree
   * @param larger trees of more than {@link #freeRows}
   * @param context what a row more takes beside what it took when it was measured
   */
  double above(int sequences, int rows, int largest, int larger, double context) {
    return Math.min(larger * tree, lacking(sequences, rows, largest) * (row + context));
  }

  /** Rows that trees lack to be as large as the largest one, beside what cannot be shared out evenly; 0 where that is free. */
  int lacking(int sequences, int rows, int largest) {
    return largest <= freeRows ? 0 : Math.max(0, sequences * (largest - 1) + 1 - rows);
  }

  /** Of two measurements of the same engine the smaller numbers, or the only one. */
  UnevenTrees calmer(UnevenTrees other) {
    return new UnevenTrees(
        calmer(firstRow, other.firstRow),
        Math.max(freeRows, other.freeRows),
        calmer(tree, other.tree),
        calmer(row, other.row));
  }

  /** 0 where there was no time to measure it. */
  static double calmer(double one, double other) {
    return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
  }

  ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("first_row_ns", firstRow)
        .put("free_rows", freeRows)
        .put("tree_ns", tree)
        .put("row_ns", row);
  }

  static UnevenTrees of(JsonNode node) {
    return new UnevenTrees(
        node.path("first_row_ns").asDouble(), node.path("free_rows").asInt(1), node.path("tree_ns").asDouble(),
        node.path("row_ns").asDouble());
  }
}
