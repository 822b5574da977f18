package io.talon.tree;

/**
 * A draft tree in parallel arrays, nodes in breadth-first order, node 0 the root (the pending token).
 *
 * <p>Invariants: {@code parent(i) < i}, {@code depth(i) == depth(parent(i)) + 1}, {@code logProb(i) <= logProb(parent(i))},
 * siblings carry distinct tokens, {@code size() <= capacity()}; the root counts. One instance per slot, reset each round.
 */
public final class DraftTree {
  private final int[] tokens; // [capacity], target vocabulary
  private final int[] parents; // [capacity], -1 for the root
  private final int[] depths; // [capacity], 0 for the root
  private final int[] ranks; // [capacity], position among all children the draft proposed for the same parent, best first
  private final int[] newestChildren; // [capacity], the child added last, -1 for a leaf
  private final int[] olderSiblings; // [capacity], the sibling added before, -1 for the first child
  private final float[] logProbs; // [capacity], of the whole path from the root
  private int size;

  public DraftTree(int capacity) {
    assert capacity >= 1 : "a tree has at least its root";
    tokens = new int[capacity];
    parents = new int[capacity];
    depths = new int[capacity];
    ranks = new int[capacity];
    newestChildren = new int[capacity];
    olderSiblings = new int[capacity];
    logProbs = new float[capacity];
  }

  /** Empties the tree and plants its root. */
  public void reset(int rootToken) {
    tokens[0] = rootToken;
    parents[0] = -1;
    depths[0] = 0;
    ranks[0] = 0;
    newestChildren[0] = -1;
    olderSiblings[0] = -1;
    logProbs[0] = 0f;
    size = 1;
  }

  /** Appends a node and returns its index. */
  public int add(int parent, int token, float logProb, int rank) {
    assert parent >= 0 && parent < size : "a parent comes before its children";
    assert depths[parent] + 1 >= depths[size - 1] : "nodes come in breadth-first order";
    assert logProb <= logProbs[parent] : "a path is never more probable than its prefix";
    assert child(parent, token) < 0 : "siblings are distinct";
    int node = size;
    tokens[node] = token;
    parents[node] = parent;
    depths[node] = depths[parent] + 1;
    ranks[node] = rank;
    newestChildren[node] = -1;
    olderSiblings[node] = newestChildren[parent];
    newestChildren[parent] = node;
    logProbs[node] = logProb;
    size = node + 1;
    return node;
  }

  /** The child of a node that carries a token, or -1. */
  public int child(int node, int token) {
    int child = newestChildren[node];
    while (child >= 0 && tokens[child] != token) {
      child = olderSiblings[child];
    }
    return child;
  }

  /** Number of nodes, the root included: the rows of the verification forward. */
  public int size() {
    return size;
  }

  public int capacity() {
    return tokens.length;
  }

  public int token(int node) {
    assert node < size : "no such node";
    return tokens[node];
  }

  public int parent(int node) {
    assert node < size : "no such node";
    return parents[node];
  }

  public int depth(int node) {
    assert node < size : "no such node";
    return depths[node];
  }

  public int rank(int node) {
    assert node < size : "no such node";
    return ranks[node];
  }

  public float logProb(int node) {
    assert node < size : "no such node";
    return logProbs[node];
  }

  /** Depth of the deepest node: the most tokens that one round can accept. */
  public int maxDepth() {
    return depths[size - 1];
  }

  /** Number of nodes at a depth. */
  public int width(int depth) {
    int width = 0;
    for (int i = 0; i < size; i++) {
      if (depths[i] == depth) {
        width++;
      }
    }
    return width;
  }
}
