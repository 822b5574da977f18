package io.talon.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.talon.draft.policy.ToyDraft.Grown;
import io.talon.tree.DraftTree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TreeFusionTest {
  /** A tree from nodes written as {@code parent:token=probability of the path}. */
  private static DraftTree tree(String... nodes) {
    DraftTree tree = new DraftTree(8);
    tree.reset(0);
    for (String node : nodes) {
      String[] parts = node.split("[:=]");
      tree.add(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), (float) Math.log(Double.parseDouble(parts[2])), 0);
    }
    return tree;
  }

  private static String fuse(int budget, DraftTree model, DraftTree found) {
    DraftTree target = new DraftTree(budget);
    new TreeFusion(8).fuse(model, found, target);
    return new Grown(target, 0).nodes();
  }

  @Test
  void commonPrefixesAreOne() {
    DraftTree model = tree("0:1=.6", "0:2=.3", "1:3=.3");
    assertThat(fuse(8, model, tree("0:1=.9", "1:3=.8", "2:4=.7"))).as("Should go on behind the model's nodes")
        .isEqualTo("0:1 0:2 1:3 3:4");
    assertThat(fuse(8, model, tree())).as("Should keep the model's tree where nothing was found").isEqualTo("0:1 0:2 1:3");
    assertThat(fuse(8, tree(), tree("0:1=.9", "1:3=.8"))).as("Should keep what was found without a model").isEqualTo("0:1 1:3");
  }

  @Test
  void theModelJudgesTheFirstToken() {
    DraftTree model = tree("0:1=.6", "0:2=.1", "1:3=.3", "3:5=.2");
    DraftTree found = tree("0:7=.9", "0:2=.05", "1:8=.8");
    DraftTree target = new DraftTree(8);
    new TreeFusion(8).fuse(model, found, target);
    assertThat(new Grown(target, 0).nodes()).isEqualTo("0:1 0:2 0:7 1:3 3:8 4:5");
    assertThat(Math.exp(target.logProb(3))).as("Should rank a first token that the model does not name with its least")
        .isCloseTo(.1, offset(1e-6));
    assertThat(Math.exp(target.logProb(5))).as("Should keep the probability of what follows")
        .isCloseTo(.1 * .8 / .9, offset(1e-6));
  }

  @Test
  void theBudgetGoesToTheBest() {
    TreeFusion fusion = new TreeFusion(5);
    DraftTree target = new DraftTree(5);
    fusion.fuse(tree("0:1=.6", "0:2=.1", "1:3=.3", "3:5=.2"), tree("0:1=.9", "1:8=.8", "2:9=.75"), target);
    assertThat(new Grown(target, 0).nodes()).isEqualTo("0:1 1:8 1:3 2:9");
  }

  @Test
  void fusionsAreThoseOfPathsInAMap() {
    Random random = new Random(5);
    for (int trial = 0; trial < 3000; trial++) {
      int budget = 1 + random.nextInt(20);
      DraftTree model = random(random, budget);
      DraftTree found = random(random, budget);
      DraftTree target = new DraftTree(budget);
      TreeFusion fusion = new TreeFusion(budget);
      fusion.fuse(random(random, budget), random(random, budget), target);
      fusion.fuse(model, found, target);
      Map<List<Integer>, Float> expected = naive(model, found, budget);
      assertThat(target.size() - 1).isEqualTo(expected.size());
      for (int node = 1; node < target.size(); node++) {
        assertThat(target.logProb(node)).as("trial %s, node %s", trial, node).isEqualTo(expected.get(path(target, node)));
      }
    }
  }

  private static Map<List<Integer>, Float> naive(DraftTree model, DraftTree found, int budget) {
    Map<List<Integer>, Float> pool = new LinkedHashMap<>();
    float least = 0;
    for (int node = 1; node < model.size(); node++) {
      pool.put(path(model, node), model.logProb(node));
      least = model.depth(node) == 1 ? Math.min(least, model.logProb(node)) : least;
    }
    for (int node = 1; node < found.size(); node++) {
      List<Integer> path = path(found, node);
      float first = found.logProb(found.child(0, path.get(0)));
      int twin = model.child(0, path.get(0));
      float judged = model.size() == 1 ? first : twin < 0 ? least : model.logProb(twin);
      pool.merge(path, found.logProb(node) + (judged - first), Math::max);
    }
    Map<List<Integer>, Float> best = new LinkedHashMap<>();
    pool.entrySet().stream()
        .sorted(Comparator.comparingDouble(entry -> -entry.getValue()))
        .limit(budget - 1)
        .forEach(entry -> best.put(entry.getKey(), entry.getValue()));
    return best;
  }

  private static List<Integer> path(DraftTree tree, int node) {
    List<Integer> path = new ArrayList<>();
    for (int at = node; at > 0; at = tree.parent(at)) {
      path.add(0, tree.token(at));
    }
    return path;
  }

  /** Scores are multiples of 2^-10, so that sums are exact and ties are ties. */
  private static DraftTree random(Random random, int budget) {
    DraftTree tree = new DraftTree(budget);
    tree.reset(0);
    int wanted = random.nextInt(budget);
    for (int attempt = 0; attempt < 4 * budget && tree.size() <= wanted; attempt++) {
      int newest = tree.size() - 1;
      int parent = newest == 0 ? 0 : tree.parent(newest) + random.nextInt(newest - tree.parent(newest) + 1);
      int token = random.nextInt(4);
      if (tree.child(parent, token) < 0) {
        tree.add(parent, token, tree.logProb(parent) - random.nextInt(2000) / 1024f, 0);
      }
    }
    return tree;
  }
}
