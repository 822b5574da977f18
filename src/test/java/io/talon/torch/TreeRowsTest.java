package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.engine.AcceptedRows;
import io.talon.engine.ComputeType;
import io.talon.engine.Drafting;
import io.talon.engine.Sampling;
import io.talon.torch.probe.AttentionProbe;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A tree row sees its prefix and its ancestors and nothing else; what a commit keeps is what a fresh prefill would write. */
class TreeRowsTest {
  /** For what is not exact: another order of the sums. */
  private static final float TOLERANCE = 1e-4f;

  static List<Arguments> forms() {
    return List.of(
        Arguments.of(ComputeType.FP32, 1, false),
        Arguments.of(ComputeType.FP32, 3, false),
        Arguments.of(ComputeType.FP32, 1, true),
        Arguments.of(Demo.BF16, 1, false),
        Arguments.of(Demo.BF16, 3, false),
        Arguments.of(Demo.BF16, 1, true),
        Arguments.of(ComputeType.INT8, 1, false),
        Arguments.of(ComputeType.INT8, 3, false));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void aRowsLogitsAreThoseOfAPlainForwardOnItsPath(ComputeType type, int threads, boolean padded) {
    int[] sizes = {1, 35, 69}; // one row, one word, and more than one word of bits
    compare(type, threads, padded, new int[] {0, 2, 3}, sizes, new int[] {5, 14, 23});
  }

  /**
   * Keys are summed in blocks of 128 positions, and those of a tree lie by depth, beside the keys of the block before: products
   * sum them as bags do, which know of every key where it belongs.
   */
  @ParameterizedTest
  @MethodSource("types")
  void treesOverTheEndOfABlockAreSummedAlikeByProductsAndByBags(ComputeType type) {
    Random random = new Random(9);
    int[] prompt = randomTokens(random, 300);
    AttentionProbe.Found bags = new AttentionProbe.Found(true, false);
    try (TorchEngine engine = TorchEngine.open(Demo.options(8, 70, 70, type, 1));
        TorchEngine other = EngineOpener.open(Demo.options(8, 70, 70, type, 1), false, bags)) {
      for (int turn = 0; turn < 24; turn++) {
        TreeBatch batch = new TreeBatch(8);
        for (int slot = turn % 3; slot < 8; slot += 1 + turn % 2) {
          int[] most = turn % 3 == 0 ? new int[] {2, 2, 69} : new int[] {4, 24, 69}; // few large trees, or some
          int length = 128 * random.nextInt(1, 3) - random.nextInt(30);
          int[] tokens = Arrays.copyOf(prompt, length);
          int root = engine.prefill(slot, tokens, Sampling.GREEDY, Drafting.OFF).token(0);
          other.prefill(slot, tokens, Sampling.GREEDY, Drafting.OFF);
          batch.add(slot, randomTree(random, root, 1 + random.nextInt(most[random.nextInt(3)])));
        }
        assertThat(engine.inspect(batch)).as("logits in turn %s", turn).isEqualTo(other.inspect(batch));
        for (int slot = 0; slot < 8; slot++) {
          engine.release(slot);
          other.release(slot);
        }
      }
    }
  }

  /** Scores of many slots are products of all of them, but for those that are much wider or longer than the others. */
  @ParameterizedTest
  @MethodSource("manySlots")
  void nobodySeesHowManySlotsLive(ComputeType type, int threads, int[] sizes, int[] lengths) {
    compare(type, threads, false, new int[] {0, 1, 3, 4, 6}, sizes, lengths);
  }

  static List<Arguments> manySlots() {
    List<Arguments> cases = new ArrayList<>();
    for (ComputeType type : types()) {
      cases.add(Arguments.of(type, 1, new int[] {1, 1, 1, 1, 1}, new int[] {20, 71, 50, 64, 63}));
      cases.add(Arguments.of(type, 3, new int[] {8, 5, 8, 7, 3}, new int[] {20, 30, 40, 56, 57}));
      cases.add(Arguments.of(type, 1, new int[] {16, 17, 15, 16, 14}, new int[] {120, 140, 250, 200, 126}));
      cases.add(Arguments.of(type, 3, new int[] {1, 1, 60, 1, 1}, new int[] {20, 30, 40, 56, 57})); // the others by products
      cases.add(Arguments.of(type, 1, new int[] {40, 1, 1, 1, 1}, new int[] {120, 140, 250, 200, 126})); // by bags
      cases.add(Arguments.of(type, 1, new int[] {8, 7, 5, 6, 60}, new int[] {121, 126, 122, 90, 127})); // with cuts
      cases.add(Arguments.of(type, 1, new int[] {1, 1, 60, 1, 5}, new int[] {20, 30, 126, 56, 57})); // beyond all others' last block
      cases.add(Arguments.of(type, 1, new int[] {60, 8, 7, 8, 8}, new int[] {90, 150, 40, 57, 60})); // with cuts of its own
      cases.add(Arguments.of(type, 1, new int[] {1, 1, 1, 1, 2}, new int[] {20, 30, 25, 28, 900})); // a long one
    }
    return cases;
  }

  private static void compare(ComputeType type, int threads, boolean padded, int[] slots, int[] sizes, int[] lengths) {
    Random random = new Random(3);
    try (TorchEngine engine = EngineOpener.open(Demo.options(slots[slots.length - 1] + 1, 70, 70, type, threads), padded);
        TorchEngine plain = EngineOpener.open(Demo.options(1, 1, 1, type, threads), padded)) {
      TreeBatch batch = new TreeBatch(slots.length);
      int[][] prompts = new int[slots.length][];
      for (int i = 0; i < slots.length; i++) {
        prompts[i] = randomTokens(random, lengths[i]);
        int root = engine.prefill(slots[i], prompts[i], Sampling.GREEDY, Drafting.OFF).token(0);
        batch.add(slots[i], randomTree(random, root, sizes[i]));
      }
      float[] found = engine.inspect(batch);
      int vocabulary = engine.spec().vocabulary();
      for (int i = 0; i < batch.count(); i++) {
        for (int node = 0; node < batch.tree(i).size(); node++) {
          float[] path = plain.inspect(0, concat(prompts[i], path(batch.tree(i), node)));
          int row = batch.firstRow(i) + node;
          float[] rowLogits = Arrays.copyOfRange(found, row * vocabulary, (row + 1) * vocabulary);
          float[] pathLogits = Arrays.copyOfRange(path, path.length - vocabulary, path.length);
          String what = "logits of tree %s node %s".formatted(i, node);
          if (padded && type == ComputeType.FP32) { // float64 hides the order of the sums in bf16 only
            assertClose(rowLogits, pathLogits, what);
          } else {
            assertThat(rowLogits).as(what).isEqualTo(pathLogits);
          }
        }
      }
    }
  }

  static List<ComputeType> types() {
    return List.of(ComputeType.FP32, Demo.BF16, ComputeType.INT8);
  }

  @ParameterizedTest
  @MethodSource("types")
  void theCacheAfterACommitIsThatOfAFreshPrefill(ComputeType type) {
    Random random = new Random(4);
    try (TorchEngine engine = TorchEngine.open(Demo.options(2, 40, 40, type, 1))) {
      int[] committed = randomTokens(random, 12);
      int root = engine.prefill(0, committed, Sampling.GREEDY, Drafting.UNCOUPLED).token(0);
      TreeBatch batch = new TreeBatch(1);
      AcceptedRows accepted = new AcceptedRows(1, 40);
      for (int round = 0; round < 6; round++) {
        DraftTree tree = randomTree(random, root, 5 + 7 * round);
        batch.clear();
        batch.add(0, tree);
        engine.verify(batch);
        int leaf = random.nextInt(tree.size());
        int[] path = nodes(tree, leaf);
        int nextRoot = random.nextInt(3, 2048);
        accepted.clear();
        accepted.add(0, path, path.length, nextRoot);
        engine.commit(batch, accepted);
        committed = concat(committed, path(tree, leaf));
        root = nextRoot;
      }
      engine.forget();
      engine.prefill(1, committed, Sampling.GREEDY, Drafting.OFF);
      for (int layer = 0; layer < 10; layer++) {
        assertThat(engine.cached(layer, 0)).as("cache of layer %s", layer).isEqualTo(engine.cached(layer, 1));
      }
    }
  }

  private static DraftTree randomTree(Random random, int root, int size) {
    DraftTree tree = new DraftTree(size);
    tree.reset(root);
    int parent = 0;
    while (tree.size() < size) {
      parent = Math.max(parent, random.nextInt(tree.size())); // breadth-first: parents never go back
      int token = random.nextInt(3, 2048);
      if (tree.child(parent, token) < 0) {
        tree.add(parent, token, tree.logProb(parent) - 1, 0);
      }
      parent = Math.max(parent, tree.size() / 3);
    }
    return tree;
  }

  /** Nodes of the path to a node, the root not counted. */
  private static int[] nodes(DraftTree tree, int node) {
    int[] nodes = new int[tree.depth(node)];
    for (int i = node; i > 0; i = tree.parent(i)) {
      nodes[tree.depth(i) - 1] = i;
    }
    return nodes;
  }

  private static int[] path(DraftTree tree, int node) {
    int[] tokens = new int[tree.depth(node) + 1];
    for (int i = node; i >= 0; i = tree.parent(i)) {
      tokens[tree.depth(i)] = tree.token(i);
    }
    return tokens;
  }

  private static int[] randomTokens(Random random, int count) {
    return random.ints(count, 3, 2048).toArray();
  }

  private static int[] concat(int[] head, int[] tail) {
    int[] both = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, both, head.length, tail.length);
    return both;
  }

  private static void assertClose(float[] found, float[] wanted, String what) {
    assertThat(found.length).as("values, %s", what).isEqualTo(wanted.length);
    float largest = 0;
    for (int i = 0; i < wanted.length; i++) {
      largest = Math.max(largest, Math.abs(found[i] - wanted[i]));
    }
    assertThat(largest).as("largest absolute difference, %s", what).isLessThan(TOLERANCE);
  }
}
