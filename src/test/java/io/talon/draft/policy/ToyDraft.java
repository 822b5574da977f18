package io.talon.draft.policy;

import io.talon.engine.Candidates;
import io.talon.tree.DraftTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Drafts from a given distribution per path, and grows trees on it as a drafter would. */
public interface ToyDraft {
  /** Log-probabilities of what may follow a path of drafted tokens // [vocabulary]. */
  float[] after(List<Integer> path);

  /** A tree and the draft forwards it took. */
  record Grown(DraftTree tree, int forwards) {
    /** Every node below the root as {@code parent:token}, in node order. */
    public String nodes() {
      StringJoiner nodes = new StringJoiner(" ");
      for (int node = 1; node < tree.size(); node++) {
        nodes.add(tree.parent(node) + ":" + tree.token(node));
      }
      return nodes.toString();
    }
  }

  /** The same distribution after every path: {@code 1=.5 2=.3 ...}. */
  static ToyDraft everywhere(String distribution) {
    float[] logProbs = parse(distribution);
    return path -> logProbs;
  }

  /** Pairs of a path, written as tokens with blanks between them, and the distribution behind it. */
  static ToyDraft table(String... rows) {
    TreeMap<String, float[]> table = new TreeMap<>();
    for (int i = 0; i < rows.length; i += 2) {
      table.put(rows[i], parse(rows[i + 1]));
    }
    return path -> table.get(String.join(" ", path.stream().map(String::valueOf).toList()));
  }

  private static float[] parse(String distribution) {
    float[] logProbs = new float[10];
    Arrays.fill(logProbs, Float.NEGATIVE_INFINITY);
    for (String entry : distribution.split(" ")) {
      String[] sides = entry.split("=");
      logProbs[Integer.parseInt(sides[0])] = (float) Math.log(Double.parseDouble(sides[1]));
    }
    return logProbs;
  }

  default Grown grow(TreePolicy policy, int depthLimit, int... endTokens) {
    DraftTree tree = new DraftTree(policy.maxTreeRows());
    return new Grown(tree, grow(policy.growth(endTokens), tree, depthLimit));
  }

  /** Grows a tree and returns the number of forwards; rows hold more children than were asked for, and ties in no order. */
  default int grow(TreeGrowth growth, DraftTree tree, int depthLimit) {
    List<List<Integer>> rows = new ArrayList<>();
    int forwards = 0;
    growth.begin(tree, 0, depthLimit);
    while (growth.width() > 0) {
      List<List<Integer>> layer = new ArrayList<>();
      for (int i = 0; i < growth.frontierSize(); i++) {
        List<Integer> path = new ArrayList<>();
        if (growth.frontierParentRow(i) >= 0) {
          path.addAll(rows.get(growth.frontierParentRow(i)));
          path.add(growth.frontierToken(i));
        }
        layer.add(path);
      }
      rows.addAll(layer);
      growth.accept(candidates(layer, growth.width(), 2 + forwards), 1);
      forwards++;
    }
    return forwards;
  }

  /** A row of somebody else, then the best children of every path. */
  private Candidates candidates(List<List<Integer>> paths, int wanted, int more) {
    int vocabulary = after(paths.get(0)).length;
    int width = Math.min(vocabulary, wanted + more);
    int[] tokens = new int[(paths.size() + 1) * width];
    float[] logProbs = new float[(paths.size() + 1) * width];
    for (int row = 0; row < paths.size(); row++) {
      float[] all = after(paths.get(row));
      List<Integer> order = new ArrayList<>(IntStream.range(0, vocabulary).boxed().toList());
      order.sort(Comparator.<Integer>comparingDouble(token -> -all[token]).thenComparing(token -> token));
      List<Integer> best = order.subList(0, Math.min(wanted, vocabulary));
      best.sort(Comparator.<Integer>comparingDouble(token -> -all[token]).thenComparing(Comparator.reverseOrder()));
      for (int i = 0; i < width; i++) {
        tokens[(row + 1) * width + i] = order.get(i);
        logProbs[(row + 1) * width + i] = all[order.get(i)];
      }
    }
    return new Candidates(paths.size() + 1, width, tokens, logProbs);
  }
}
