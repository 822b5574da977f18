package io.talon.engine;

/**
 * What a round commits, slot by slot: the accepted tree nodes below the root, in path order, and the new pending token.
 *
 * <p>Slots that ended in this round are left out and released instead.
 */
public final class AcceptedRows {
  private final int[] trees; // [slots], index into the verified TreeBatch
  private final int[] counts; // [slots], accepted nodes, the root not counted
  private final int[] roots; // [slots], the new pending token
  private final int[][] nodes; // [slots][maxDepth]
  private int size;

  public AcceptedRows(int slots, int maxTreeRows) {
    trees = new int[slots];
    counts = new int[slots];
    roots = new int[slots];
    nodes = new int[slots][maxTreeRows];
  }

  public void clear() {
    size = 0;
  }

  /** Adds a slot by its index in the verified batch; {@code path[0..count)} are node indices, ascending. */
  public void add(int treeIndex, int[] path, int count, int nextRoot) {
    trees[size] = treeIndex;
    counts[size] = count;
    roots[size] = nextRoot;
    System.arraycopy(path, 0, nodes[size], 0, count);
    size++;
  }

  public int size() {
    return size;
  }

  public int treeIndex(int index) {
    return trees[index];
  }

  public int count(int index) {
    return counts[index];
  }

  public int node(int index, int step) {
    return nodes[index][step];
  }

  public int nextRoot(int index) {
    return roots[index];
  }
}
