package io.talon.draft.auto;

import io.talon.draft.policy.SortKey;
import io.talon.tree.DraftTree;
import io.talon.tree.TokenSet;
import java.util.Arrays;

/**
 * All candidates of one sequence in one round, node 0 the root, parents before children; reused, allocates nothing.
 *
 * <p>A worth is the calibrated probability that the node is accepted; never more than its parent's.
 */
final class CandidatePool {
  private final TokenSet endTokens;
  private final Calibration calibration;
  private final int[] tokens; // [capacity]
  private final int[] parents; // [capacity], -1 for the root
  private final int[] depths; // [capacity]
  private final int[] ranks; // [capacity]
  private final int[] origins; // [capacity], as Calibration has them
  private final int[] draftRows; // [capacity], -1 where the draft has not expanded the node
  private final int[] treeNodes; // [capacity], -1 where the node is not in the tree
  private final double[] conditionals; // [capacity], the draft's probability given the parent
  private final double[] worths; // [capacity]
  private final float[] logWorths; // [capacity], natural logarithms
  private final boolean[] kept; // [capacity]
  private int size;
  private int foundEnd; // what was looked up lies before it
  private int expanding; // the node whose children the model proposed last
  private int firstProposed; // of these children
  private int raised; // the first node that was raised since everything was valued, or the largest integer

  CandidatePool(int capacity, TokenSet endTokens, Calibration calibration) {
    this.endTokens = endTokens;
    this.calibration = calibration;
    tokens = new int[capacity];
    parents = new int[capacity];
    depths = new int[capacity];
    ranks = new int[capacity];
    origins = new int[capacity];
    draftRows = new int[capacity];
    treeNodes = new int[capacity];
    conditionals = new double[capacity];
    worths = new double[capacity];
    logWorths = new float[capacity];
    kept = new boolean[capacity];
  }

  /** Starts a round. */
  void begin(int rootToken) {
    tokens[0] = rootToken;
    parents[0] = -1;
    depths[0] = 0;
    draftRows[0] = -1;
    treeNodes[0] = 0;
    worths[0] = 1;
    logWorths[0] = 0;
    size = 1;
    foundEnd = 1;
    expanding = -1;
    raised = Integer.MAX_VALUE;
  }

  /** Adds what was looked up. */
  void addFound(DraftTree found) {
    for (int node = 1; node < found.size() && size < tokens.length; node++) {
      int parent = found.parent(node);
      double conditional = Math.exp(found.logProb(node) - found.logProb(parent));
      add(parent, found.token(node), found.rank(node), conditional, Calibration.FOUND);
    }
    foundEnd = size;
  }

  /**
   * Adds a child that the model proposes, or raises one that was found; the children that are worth too little are left out.
   *
   * @param rank among the model's children of the parent
   * @return whether another child of the same parent could still be worth its place
   */
  boolean addProposed(int parent, int token, int rank, double conditional, double leastWorth) {
    if (parent != expanding) {
      expanding = parent;
      firstProposed = size;
    }
    int known = child(parent, token, parent + 1, foundEnd);
    known = known >= 0 ? known : child(parent, token, firstProposed, size);
    if (known >= 0) {
      conditionals[known] = Math.max(conditionals[known], conditional);
      origins[known] = Calibration.BOTH;
      value(known);
      raised = Math.min(raised, known);
      return true;
    }
    double worth = worths[parent] * calibration.of(Calibration.MODEL, depths[parent] + 1, conditional);
    if (worth < leastWorth || size == tokens.length) {
      return false;
    }
    add(parent, token, rank, conditional, Calibration.MODEL);
    return true;
  }

  private void add(int parent, int token, int rank, double conditional, int origin) {
    tokens[size] = token;
    parents[size] = parent;
    depths[size] = depths[parent] + 1;
    ranks[size] = rank;
    origins[size] = origin;
    draftRows[size] = -1;
    treeNodes[size] = -1;
    conditionals[size] = conditional;
    value(size);
    size++;
  }

  private void value(int node) {
    double given = calibration.of(origins[node], depths[node], conditionals[node]);
    worths[node] = worths[parents[node]] * Math.min(1, given);
    logWorths[node] = (float) Math.log(worths[node]);
  }

  /** Values again what lies below nodes that were raised, if any were. */
  void revalue() {
    for (int node = raised; node < size; node++) {
      value(node);
    }
    raised = Integer.MAX_VALUE;
  }

  /** The child of a node that carries a token, or -1. */
  int child(int node, int token) {
    return child(node, token, node + 1, size);
  }

  private int child(int parent, int token, int from, int until) {
    for (int i = from; i < until; i++) {
      if (parents[i] == parent && tokens[i] == token) {
        return i;
      }
    }
    return -1;
  }

  /** Counts the children of a node that a walk reached, and the token that was chosen there. */
  void observe(int node, int token) {
    for (int child = node + 1; child < size; child++) {
      if (parents[child] == node) {
        calibration.observe(origins[child], depths[child], conditionals[child], tokens[child] == token);
      }
    }
  }

  /** Tokens that all candidates together are expected to bring. */
  double worth() {
    double sum = 0;
    for (int node = 1; node < size; node++) {
      sum += worths[node];
    }
    return sum;
  }

  /** Whether the draft proposed the node, so that it can expand it, and has not done so. */
  boolean expandable(int node, int depth) {
    return depths[node] == depth
        && draftRows[node] < 0
        && (node == 0 || origins[node] != Calibration.FOUND && draftRows[parents[node]] >= 0)
        && !endTokens.contains(tokens[node]);
  }

  /** Marks every node as outside of the tree. */
  void clearKept() {
    Arrays.fill(kept, 0, size, false);
  }

  void keep(int node) {
    kept[node] = true;
  }

  /** Makes the tree of the nodes that are kept, which are closed under ancestors; breadth first, as trees are. */
  void build(DraftTree tree) {
    tree.reset(tokens[0]);
    int left = 0;
    for (int node = 1; node < size; node++) {
      left += kept[node] ? 1 : 0;
    }
    for (int depth = 1; left > 0; depth++) {
      for (int node = 1; node < size; node++) {
        if (kept[node] && depths[node] == depth) {
          int parent = treeNodes[parents[node]];
          float logProb = Math.min(tree.logProb(parent), logWorths[node]);
          treeNodes[node] = tree.add(parent, tokens[node], logProb, ranks[node]);
          left--;
        }
      }
    }
  }

  /** A key that sorts by worth, the best first, and of equals parents before children. */
  long sortKey(int node, int index) {
    return SortKey.of(logWorths[node], index);
  }

  int size() {
    return size;
  }

  int token(int node) {
    return tokens[node];
  }

  int parent(int node) {
    return parents[node];
  }

  int depth(int node) {
    return depths[node];
  }

  int origin(int node) {
    return origins[node];
  }

  double worth(int node) {
    return worths[node];
  }

  int draftRow(int node) {
    return draftRows[node];
  }

  void expanded(int node, int row) {
    draftRows[node] = row;
  }

  /** Whether the node was verified. */
  boolean inTree(int node) {
    return treeNodes[node] >= 0;
  }
}
