package io.talon.draft.policy;

import io.talon.tree.TokenSet;

/**
 * The nodes that the next draft forward expands, and the draft row in which every earlier one was expanded.
 *
 * <p>Nodes are numbered by the owner, 0 is the root; a node that carries an end-of-sequence token never becomes a parent.
 */
final class ParentRows {
  private final TokenSet endTokens;
  private final int[] draftRows; // [maxNodes], row in which a node was expanded
  private final int[] nodes; // [maxRows]
  private final int[] tokens; // [maxRows]
  private final int[] parentRows; // [maxRows], draft row of the node's parent, -1 for the root
  private int size;
  private int usedRows;

  ParentRows(int maxNodes, int maxRows, int[] endTokens) {
    this.endTokens = new TokenSet(endTokens);
    draftRows = new int[maxNodes];
    nodes = new int[maxRows];
    tokens = new int[maxRows];
    parentRows = new int[maxRows];
  }

  /** Starts a tree: the root alone, draft row 0. */
  void plant(int rootToken) {
    draftRows[0] = 0;
    nodes[0] = 0;
    tokens[0] = rootToken;
    parentRows[0] = -1;
    size = 1;
    usedRows = 1;
  }

  /** Starts the next layer. */
  void clear() {
    size = 0;
  }

  /** Adds a node to be expanded, unless a sequence ends with it. */
  void add(int node, int parent, int token) {
    if (endTokens.contains(token)) {
      return;
    }
    nodes[size] = node;
    tokens[size] = token;
    parentRows[size] = draftRows[parent];
    draftRows[node] = usedRows++;
    size++;
  }

  int size() {
    return size;
  }

  int node(int index) {
    return nodes[index];
  }

  int token(int index) {
    return tokens[index];
  }

  int parentRow(int index) {
    return parentRows[index];
  }
}
