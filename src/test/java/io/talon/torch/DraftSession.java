package io.talon.torch;

import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.Drafting;
import io.talon.engine.Frontier;
import io.talon.engine.Sampling;
import io.talon.engine.SlotSet;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A few rounds of a sequence whose trees and accepted rows are prescribed, and what the engine's head said in them. */
final class DraftSession {
  static final int WIDTH = 6;
  static final int MAX_ROWS = 9;
  /** Of every node below the root: its parent, and its rank among the parent's candidates. */
  private static final int[][] NODES = {{0, 0}, {0, 2}, {1, 0}, {1, 1}, {2, 3}, {4, 0}, {5, 1}, {6, 2}};
  /** First node of every layer. */
  private static final int[] LAYERS = {1, 3, 6, 8, 9};
  /** The accepted nodes of every round; each slot begins at another one. */
  private static final int[][] ACCEPTED = {{1, 4}, {}, {1, 4, 6, 8}, {2}, {2, 5, 7}};

  private final int slot;
  private final List<Round> rounds = new ArrayList<>();
  private int[] tokens; // committed tokens and the root
  private float[][] features; // of all tokens that were committed in the end // [tokens][3 hidden]

  private DraftSession(int slot, int[] prompt, int root) {
    this.slot = slot;
    tokens = append(prompt, root);
  }

  /** What the head said of one row: its best children. */
  private record Said(int[] tokens, float[] logProbs) {}

  /** Committed tokens and the root, the node tokens, and the head's answers, all by node. */
  private record Round(int[] tokens, int[] nodes, Said[] said) {}

  /** Runs every prompt in a slot of its own, from slot 1 on, all of them in every forward; slot 0 is used in the end. */
  static List<DraftSession> run(TorchEngine engine, int[]... prompts) {
    List<DraftSession> sessions = new ArrayList<>();
    for (int i = 0; i < prompts.length; i++) {
      int root = engine.prefill(i + 1, prompts[i], Sampling.GREEDY, Drafting.UNCOUPLED).token(0);
      sessions.add(new DraftSession(i + 1, prompts[i], root));
    }
    for (int round = 0; round < ACCEPTED.length; round++) {
      draft(engine, sessions);
      commit(engine, sessions, round);
    }
    for (DraftSession session : sessions) {
      session.features = features(engine, Arrays.copyOf(session.tokens, session.tokens.length - 1));
    }
    return sessions;
  }

  private static float[][] features(TorchEngine engine, int[] tokens) {
    float[] flat = engine.features(0, tokens);
    int width = flat.length / tokens.length;
    float[][] features = new float[tokens.length][];
    for (int p = 0; p < features.length; p++) {
      features[p] = Arrays.copyOfRange(flat, p * width, (p + 1) * width);
    }
    return features;
  }

  private static void draft(TorchEngine engine, List<DraftSession> sessions) {
    SlotSet slots = new SlotSet(sessions.size());
    for (DraftSession session : sessions) {
      session.rounds.add(new Round(session.tokens, new int[MAX_ROWS], new Said[MAX_ROWS]));
      session.newest().nodes[0] = session.tokens[session.tokens.length - 1];
      slots.add(session.slot);
    }
    listen(sessions, 0, 1, engine.draftRoot(slots, WIDTH));
    Frontier frontier = new Frontier(sessions.size() * MAX_ROWS);
    for (int layer = 0; layer + 1 < LAYERS.length; layer++) {
      frontier.clear();
      for (DraftSession session : sessions) {
        Round round = session.newest();
        for (int node = LAYERS[layer]; node < LAYERS[layer + 1]; node++) {
          round.nodes[node] = round.said[parent(node)].tokens[rank(node)];
          frontier.add(session.slot, parent(node), round.nodes[node]);
        }
      }
      listen(sessions, LAYERS[layer], LAYERS[layer + 1], engine.draftLayer(frontier, WIDTH));
    }
  }

  private static void listen(List<DraftSession> sessions, int firstNode, int endNode, Candidates candidates) {
    int start = 0;
    for (DraftSession session : sessions) {
      for (int node = firstNode; node < endNode; node++) {
        int end = start + candidates.width();
        session.newest().said[node] =
            new Said(Arrays.copyOfRange(candidates.tokens(), start, end), Arrays.copyOfRange(candidates.logProbs(), start, end));
        start = end;
      }
    }
  }

  private static void commit(TorchEngine engine, List<DraftSession> sessions, int round) {
    TreeBatch batch = new TreeBatch(sessions.size());
    AcceptedRows accepted = new AcceptedRows(sessions.size(), MAX_ROWS);
    for (DraftSession session : sessions) {
      int[] nodes = session.newest().nodes;
      DraftTree tree = new DraftTree(MAX_ROWS);
      tree.reset(nodes[0]);
      for (int node = 1; node < MAX_ROWS; node++) {
        tree.add(parent(node), nodes[node], tree.logProb(parent(node)) - 1, rank(node));
      }
      batch.add(session.slot, tree);
      int[] path = session.accepted(round);
      int nextRoot = (41 * session.tokens.length + 17) % TinyHead.VOCABULARY;
      accepted.add(batch.count() - 1, path, path.length, nextRoot);
      for (int node : path) {
        session.tokens = append(session.tokens, nodes[node]);
      }
      session.tokens = append(session.tokens, nextRoot);
    }
    engine.verify(batch);
    engine.commit(batch, accepted);
  }

  private Round newest() {
    return rounds.get(rounds.size() - 1);
  }

  private int[] accepted(int round) {
    return ACCEPTED[(round + slot) % ACCEPTED.length];
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
      accepted = Arrays.stream(accepted(r)).mapToObj(node -> rows[node]).toList();
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
