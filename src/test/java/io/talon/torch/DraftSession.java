package io.talon.torch;

import io.talon.model.AcceptedRows;
import io.talon.model.Candidates;
import io.talon.model.Drafting;
import io.talon.model.Frontier;
import io.talon.model.Sampling;
import io.talon.model.SlotSet;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A few rounds of one sequence whose trees and accepted rows are prescribed, and what the engine's head said in them. */
final class DraftSession {
  static final int WIDTH = 6;
  static final int MAX_ROWS = 9;
  /** Of every node below the root: its parent, and its rank among the parent's candidates. */
  private static final int[][] NODES = {{0, 0}, {0, 2}, {1, 0}, {1, 1}, {2, 3}, {4, 0}, {5, 1}, {6, 2}};
  /** First node of every layer. */
  private static final int[] LAYERS = {1, 3, 6, 8, 9};
  /** The accepted nodes of every round. */
  private static final int[][] ACCEPTED = {{1, 4}, {}, {1, 4, 6, 8}, {2}, {2, 5, 7}};
  private static final int SLOT = 1;

  private final List<Round> rounds = new ArrayList<>();
  private float[][] features; // of all tokens that were committed in the end // [tokens][3 hidden]

  /** What the head said of one row: its best children. */
  private record Said(int[] tokens, float[] logProbs) {}

  /** Committed tokens and the root, the node tokens, and the head's answers, all by node. */
  private record Round(int[] tokens, int[] nodes, Said[] said) {}

  /** Runs the rounds in slot 1 of an engine of two slots; slot 0 stays free. */
  static DraftSession run(TorchEngine engine, int[] prompt) {
    DraftSession session = new DraftSession();
    int root = engine.prefill(SLOT, prompt, Sampling.GREEDY, Drafting.UNCOUPLED);
    int[] tokens = append(prompt, root);
    for (int[] path : ACCEPTED) {
      Round round = draft(engine, tokens);
      session.rounds.add(round);
      int nextRoot = (41 * tokens.length + 17) % TinyHead.VOCABULARY;
      commit(engine, round, path, nextRoot);
      for (int node : path) {
        tokens = append(tokens, round.nodes[node]);
      }
      tokens = append(tokens, nextRoot);
    }
    engine.release(SLOT);
    float[] flat = engine.features(0, Arrays.copyOf(tokens, tokens.length - 1));
    session.features = new float[tokens.length - 1][];
    int width = flat.length / session.features.length;
    for (int p = 0; p < session.features.length; p++) {
      session.features[p] = Arrays.copyOfRange(flat, p * width, (p + 1) * width);
    }
    return session;
  }

  private static Round draft(TorchEngine engine, int[] tokens) {
    Round round = new Round(tokens, new int[MAX_ROWS], new Said[MAX_ROWS]);
    round.nodes[0] = tokens[tokens.length - 1];
    SlotSet slots = new SlotSet(1);
    slots.add(SLOT);
    listen(round, 0, engine.draftRoot(slots, WIDTH));
    Frontier frontier = new Frontier(MAX_ROWS);
    for (int layer = 0; layer + 1 < LAYERS.length; layer++) {
      frontier.clear();
      for (int node = LAYERS[layer]; node < LAYERS[layer + 1]; node++) {
        round.nodes[node] = round.said[parent(node)].tokens[rank(node)];
        frontier.add(SLOT, parent(node), round.nodes[node]);
      }
      listen(round, LAYERS[layer], engine.draftLayer(frontier, WIDTH));
    }
    return round;
  }

  private static void listen(Round round, int firstNode, Candidates candidates) {
    int width = candidates.width();
    for (int row = 0; row < candidates.rows(); row++) {
      round.said[firstNode + row] =
          new Said(
              Arrays.copyOfRange(candidates.tokens(), row * width, (row + 1) * width),
              Arrays.copyOfRange(candidates.logProbs(), row * width, (row + 1) * width));
    }
  }

  private static void commit(TorchEngine engine, Round round, int[] path, int nextRoot) {
    DraftTree tree = new DraftTree(MAX_ROWS);
    tree.reset(round.nodes[0]);
    for (int node = 1; node < MAX_ROWS; node++) {
      tree.add(parent(node), round.nodes[node], tree.logProb(parent(node)) - 1, rank(node));
    }
    TreeBatch batch = new TreeBatch(1);
    batch.add(SLOT, tree);
    engine.verify(batch);
    AcceptedRows accepted = new AcceptedRows(1, MAX_ROWS);
    accepted.add(0, path, path.length, nextRoot);
    engine.commit(batch, accepted);
  }

  /** The largest difference of a log-probability in all rows of a depth; infinite where a child is not the twin's at all. */
  double difference(HeadTwin twin) {
    double largest = 0;
    List<HeadTwin.Row> accepted = List.of();
    for (int r = 0; r < rounds.size(); r++) {
      Round round = rounds.get(r);
      HeadTwin.Row[] rows = new HeadTwin.Row[MAX_ROWS];
      rows[0] = twin.extend(Arrays.copyOf(features, round.tokens.length - 1), round.tokens, accepted);
      for (int node = 1; node < MAX_ROWS; node++) {
        rows[node] = twin.child(rows[parent(node)], round.nodes[node]);
      }
      for (int node = 0; node < MAX_ROWS; node++) {
        largest = Math.max(largest, difference(round.said[node], rows[node], twin));
      }
      accepted = Arrays.stream(ACCEPTED[r]).mapToObj(node -> rows[node]).toList();
    }
    return largest;
  }

  private static double difference(Said said, HeadTwin.Row row, HeadTwin twin) {
    float[] byToken = new float[TinyHead.VOCABULARY];
    Arrays.fill(byToken, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < row.logProbs().length; i++) {
      byToken[twin.targetId(i)] = row.logProbs()[i];
    }
    float[] sorted = row.logProbs().clone();
    Arrays.sort(sorted);
    double largest = 0;
    for (int i = 0; i < said.tokens.length; i++) {
      largest = Math.max(largest, Math.abs(said.logProbs[i] - byToken[said.tokens[i]]));
      largest = Math.max(largest, Math.abs(said.logProbs[i] - sorted[sorted.length - 1 - i]));
    }
    return largest;
  }

  private static int parent(int node) {
    return NODES[node - 1][0];
  }

  private static int rank(int node) {
    return NODES[node - 1][1];
  }

  private static int[] append(int[] tokens, int token) {
    int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
    longer[tokens.length] = token;
    return longer;
  }
}
