package io.talon.draft.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The algorithms as they are printed: over the whole vocabulary, with lists, sorting and literal probabilities. */
final class NaiveTrees {
  /** A node: index of the parent, token, log-probability of the path, rank among its siblings, path. */
  record Node(int parent, int token, double logProb, int rank, List<Integer> path) {}

  record Tree(List<Node> nodes, int layers) {}

  private static final Node ROOT = new Node(-1, 0, 0, 0, List.of());

  private NaiveTrees() {}

  static Tree talon(TalonPolicy policy, ToyDraft draft, int depthLimit, Set<Integer> endTokens) {
    List<Node> nodes = new ArrayList<>(List.of(ROOT));
    List<Integer> frontier = List.of(0);
    int layers = 0;
    while (nodes.size() < policy.budget() && layers < Math.min(policy.maxDepth(), depthLimit)) {
      List<Node> extensions = new ArrayList<>();
      boolean expanded = false;
      for (int parent : frontier) {
        if (parent == 0 || !endTokens.contains(nodes.get(parent).token)) {
          expanded = true;
          extensions.addAll(children(draft, nodes.get(parent), parent));
        }
      }
      if (!expanded) {
        break;
      }
      layers++;
      Comparator<Node> best =
          Comparator.<Node>comparingDouble(node -> -node.logProb).thenComparing(Node::parent).thenComparing(Node::token);
      extensions.sort(best);
      if (extensions.isEmpty()) {
        break;
      }
      double anchor = Math.exp(extensions.get(0).logProb);
      List<Node> kept = new ArrayList<>();
      for (Node node : extensions) {
        boolean chosen =
            layers <= policy.ungatedLayers() ? kept.size() < policy.width() : Math.exp(node.logProb) >= policy.mu() * anchor;
        if (chosen && kept.size() < policy.budget() - nodes.size()) {
          kept.add(node);
        }
      }
      kept.sort(Comparator.comparing(Node::parent).thenComparing(best));
      frontier = new ArrayList<>();
      for (Node node : kept) {
        frontier.add(nodes.size());
        nodes.add(node);
      }
    }
    return new Tree(nodes, layers);
  }

  static Tree fixed(StaticTreePolicy policy, ToyDraft draft, int depthLimit, Set<Integer> endTokens) {
    if (policy.budget() == 1) {
      return new Tree(List.of(ROOT), 0);
    }
    List<Node> pool = new ArrayList<>();
    List<Node> frontier = List.of(ROOT);
    int layers = 0;
    while (layers < Math.min(policy.layers(), depthLimit)) {
      List<Node> parents = frontier.stream().filter(node -> node == ROOT || !endTokens.contains(node.token)).toList();
      if (parents.isEmpty()) {
        break;
      }
      List<Node> proposed = new ArrayList<>();
      for (Node parent : parents) {
        proposed.addAll(children(draft, parent, -1).stream().limit(policy.width()).toList());
      }
      layers++;
      pool.addAll(proposed);
      frontier = proposed.stream().sorted(Comparator.comparingDouble(node -> -node.logProb)).limit(policy.width()).toList();
    }
    List<Node> best =
        pool.stream()
            .sorted(Comparator.<Node>comparingDouble(node -> -node.logProb).thenComparing(node -> node.path.size()))
            .limit(policy.budget() - 1)
            .toList();
    return tree(best, layers);
  }

  /** @param children per node of layer 0, 1, ..., the last for all layers to come */
  static Tree widths(
      int budget, List<Integer> children, int layerWidth, ToyDraft draft, int depthLimit, Set<Integer> endTokens) {
    List<Node> nodes = new ArrayList<>();
    List<Node> parents = List.of(ROOT);
    int layers = 0;
    while (!parents.isEmpty() && nodes.size() < budget - 1 && layers < depthLimit) {
      int wanted = children.get(Math.min(layers, children.size() - 1));
      List<Node> proposed = new ArrayList<>();
      parents.forEach(parent -> proposed.addAll(children(draft, parent, -1).stream().limit(wanted).toList()));
      layers++;
      int room = Math.min(layerWidth, budget - 1 - nodes.size());
      List<Node> best =
          proposed.stream().sorted(Comparator.comparingDouble(node -> -node.logProb)).limit(room).toList();
      List<Node> layer = proposed.stream().filter(best::contains).toList();
      nodes.addAll(layer);
      parents = layer.stream().filter(node -> !endTokens.contains(node.token)).toList();
    }
    return tree(nodes, layers);
  }

  static Tree opt(OptTreePolicy policy, ToyDraft draft, int depthLimit, Set<Integer> endTokens) {
    int n = policy.budget() - 1;
    if (n == 0) {
      return new Tree(List.of(ROOT), 0);
    }
    List<List<Node>> recorded = new ArrayList<>();
    List<Node> parents = List.of(ROOT);
    int counted = 0;
    boolean enough = false;
    while (!enough && !parents.isEmpty() && recorded.size() < Math.min(policy.maxDepth(), depthLimit)) {
      List<Node> layer = new ArrayList<>();
      parents.forEach(parent -> layer.addAll(children(draft, parent, -1).stream().limit(n).toList()));
      recorded.add(layer.stream().sorted(Comparator.comparingDouble(node -> -node.logProb)).limit(n).toList());
      parents = recorded.get(recorded.size() - 1).stream().filter(node -> !endTokens.contains(node.token)).toList();
      counted = recorded.size() - (policy.variant() == OptTreePolicy.Variant.REPOSITORY ? 1 : 0);
      enough = counted > 0 && expected(recorded, counted, n) - expected(recorded, counted - 1, n) <= policy.threshold();
    }
    boolean sequenceEnds = parents.isEmpty() || recorded.size() == depthLimit;
    if (sequenceEnds && recorded.size() < policy.maxDepth()) {
      counted = recorded.size();
    }
    return tree(best(recorded, counted, n), recorded.size());
  }

  private static double expected(List<List<Node>> layers, int counted, int n) {
    double sum = 0;
    for (Node node : best(layers, counted, n)) {
      sum += Math.exp((float) node.logProb);
    }
    return sum;
  }

  private static List<Node> best(List<List<Node>> layers, int counted, int n) {
    return layers.subList(0, counted).stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparingDouble(node -> -node.logProb))
        .limit(n)
        .toList();
  }

  /** Puts nodes into breadth-first order behind the root. */
  private static Tree tree(List<Node> best, int layers) {
    Map<List<Integer>, Integer> indices = new HashMap<>(Map.of(List.of(), 0));
    List<Node> nodes = new ArrayList<>(List.of(ROOT));
    for (Node node : best.stream().sorted(Comparator.comparing(node -> node.path.size())).toList()) {
      int parent = indices.get(node.path.subList(0, node.path.size() - 1));
      indices.put(node.path, nodes.size());
      nodes.add(new Node(parent, node.token, node.logProb, node.rank, node.path));
    }
    return new Tree(nodes, layers);
  }

  /** All possible extensions of a node, best first. */
  private static List<Node> children(ToyDraft draft, Node parent, int index) {
    float[] logProbs = draft.after(parent.path);
    List<Integer> tokens = new ArrayList<>();
    for (int token = 0; token < logProbs.length; token++) {
      if (logProbs[token] > Float.NEGATIVE_INFINITY) {
        tokens.add(token);
      }
    }
    tokens.sort(Comparator.<Integer>comparingDouble(token -> -logProbs[token]).thenComparing(token -> token));
    List<Node> children = new ArrayList<>();
    for (int token : tokens) {
      List<Integer> path = new ArrayList<>(parent.path);
      path.add(token);
      children.add(new Node(index, token, parent.logProb + logProbs[token], children.size(), List.copyOf(path)));
    }
    return children;
  }
}
