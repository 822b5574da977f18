package io.talon.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An EAGLE-3 head in plain loops (arXiv 2503.01840), one row at a time, for comparison with the engine; on demand with one of
 * the bugs that others had when they ported it.
 */
final class HeadTwin {
  /** What can be wrong. */
  enum Bug {
    NONE,
    NORMED_STATE_FED_BACK,
    FUSION_OF_THE_RECURRENT_STATE,
    LOW_AND_HIGH_REVERSED,
    HALVES_SWAPPED,
    POSITION_OFF_BY_ONE,
    THETA_OF_THE_TARGET,
    NO_FEATURES,
    OFFSETS_AS_IDS,
    TREE_ROWS_NOT_DROPPED,
    STABLE_ROWS_NOT_REFRESHED,
    COUSINS_SEEN,
    TOKENS_NOT_SHIFTED,
    NORMED_RESIDUAL
  }

  /** A draft row: what it hands to its children, and the cache rows that they see. */
  record Row(float[] state, float[] logProbs, int position, int depth, List<Integer> seen) {
    int cacheRow() {
      return seen.get(seen.size() - 1);
    }
  }

  private final TinyHead head;
  private final float[] embedding; // [vocabulary, hidden]
  private final double targetTheta;
  private final Bug bug;
  private final List<float[]> keys = new ArrayList<>(); // [kvHeads headDim] each: stable rows, then those of the tree
  private final List<float[]> values = new ArrayList<>();
  private int stable; // cache rows that outlive a round
  private int positions; // that have been run

  HeadTwin(TinyHead head, float[] targetEmbedding, double targetTheta, Bug bug) {
    this.head = head;
    this.embedding = head.ownEmbedding ? head.weights("embed_tokens.weight") : targetEmbedding;
    this.targetTheta = targetTheta;
    this.bug = bug;
  }

  /** The target id of a draft id. */
  int targetId(int draft) {
    long offset = head.offsets()[draft];
    return (int) (bug == Bug.OFFSETS_AS_IDS ? offset : draft + offset);
  }

  /**
   * Runs the rows of all positions that have not been run yet and expands the last one, which is the round's root.
   *
   * @param fused features of every committed token // [tokens - 1][3 hidden]
   * @param tokens committed tokens and the root
   * @param accepted draft rows of the last round whose tokens were accepted, in path order
   */
  Row extend(float[][] fused, int[] tokens, List<Row> accepted) {
    if (bug == Bug.TREE_ROWS_NOT_DROPPED) {
      stable = keys.size();
    }
    List<float[]> oldKeys = List.copyOf(keys);
    List<float[]> oldValues = List.copyOf(values);
    keys.subList(stable, keys.size()).clear();
    values.subList(stable, values.size()).clear();
    float[] g = null;
    float[] query = null;
    for (int p = positions; p < fused.length; p++) {
      g = fusion(features(fused[p]));
      query = remember(mixed(tokens[bug == Bug.TOKENS_NOT_SHIFTED ? p : p + 1], g), p);
      if (bug == Bug.STABLE_ROWS_NOT_REFRESHED && p - positions < accepted.size()) {
        int drafted = accepted.get(p - positions).cacheRow();
        keys.set(keys.size() - 1, oldKeys.get(drafted));
        values.set(values.size() - 1, oldValues.get(drafted));
      }
    }
    positions = fused.length;
    stable = keys.size();
    List<Integer> seen = new ArrayList<>();
    for (int i = 0; i < stable; i++) {
      seen.add(i);
    }
    return row(g, query, fused.length - 1, 0, seen);
  }

  /** Expands a child of a row. */
  Row child(Row parent, int token) {
    float[] g = parent.state;
    if (bug == Bug.FUSION_OF_THE_RECURRENT_STATE) {
      float[] tripled = Arrays.copyOf(g, 3 * g.length);
      System.arraycopy(g, 0, tripled, g.length, g.length);
      System.arraycopy(g, 0, tripled, 2 * g.length, g.length);
      g = product("fc.weight", tripled);
    }
    int step = bug == Bug.POSITION_OFF_BY_ONE && parent.depth == 0 ? 2 : 1;
    float[] query = remember(mixed(token, g), parent.position + step);
    List<Integer> seen = new ArrayList<>(parent.seen);
    if (bug == Bug.COUSINS_SEEN) {
      seen.clear();
      for (int i = 0; i < keys.size() - 1; i++) {
        seen.add(i);
      }
    }
    seen.add(keys.size() - 1);
    return row(g, query, parent.position + step, parent.depth + 1, seen);
  }

  private Row row(float[] g, float[] query, int position, int depth, List<Integer> seen) {
    boolean normed = bug == Bug.NORMED_RESIDUAL ^ has("norm_before_residual");
    float[] y =
        PlainMath.sum(normed ? norm("hidden_norm.weight", g) : g, product("self_attn.o_proj.weight", attention(query, seen)));
    float[] x = norm("post_attention_layernorm.weight", y);
    float[] gate = product("mlp.gate_proj.weight", x);
    float[] up = product("mlp.up_proj.weight", x);
    for (int i = 0; i < up.length; i++) {
      up[i] *= gate[i] / (1 + (float) Math.exp(-gate[i]));
    }
    float[] z = PlainMath.sum(y, product("mlp.down_proj.weight", up));
    float[] last = norm("norm.weight", z);
    boolean feedsNormed = bug == Bug.NORMED_STATE_FED_BACK ^ has("norm_output");
    return new Row(feedsNormed ? last : z, PlainMath.logSoftmax(product("lm_head.weight", last)), position, depth, seen);
  }

  private boolean has(String flag) {
    return head.flags.contains(flag);
  }

  private float[] features(float[] fused) {
    float[] read = fused.clone();
    int third = fused.length / 3;
    if (bug == Bug.LOW_AND_HIGH_REVERSED) {
      System.arraycopy(fused, 0, read, 2 * third, third);
      System.arraycopy(fused, 2 * third, read, 0, third);
    } else if (bug == Bug.NO_FEATURES) {
      Arrays.fill(read, 0);
    }
    return read;
  }

  private float[] fusion(float[] fused) {
    return product("fc.weight", has("norm_before_fc") ? norm("input_norm.weight", fused) : fused);
  }

  private float[] mixed(int token, float[] g) {
    float[] e = norm("input_layernorm.weight", Arrays.copyOfRange(embedding, token * head.hidden, (token + 1) * head.hidden));
    float[] h = norm("hidden_norm.weight", g);
    float[] first = bug == Bug.HALVES_SWAPPED ? h : e;
    float[] both = Arrays.copyOf(first, 2 * head.hidden);
    System.arraycopy(first == e ? h : e, 0, both, head.hidden, head.hidden);
    return both;
  }

  /** Adds a row to the cache and returns its rotated query. */
  private float[] remember(float[] x, int position) {
    keys.add(rotated(product("self_attn.k_proj.weight", x), position));
    values.add(product("self_attn.v_proj.weight", x));
    return rotated(product("self_attn.q_proj.weight", x), position);
  }

  private float[] rotated(float[] x, int position) {
    double theta = bug == Bug.THETA_OF_THE_TARGET ? targetTheta : head.theta;
    int half = head.headDim / 2;
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      int d = i % head.headDim;
      double angle = position * Math.pow(theta, -2.0 * (d % half) / head.headDim);
      double other = d < half ? -x[i + half] : x[i - half];
      y[i] = (float) (x[i] * Math.cos(angle) + other * Math.sin(angle));
    }
    return y;
  }

  private float[] attention(float[] query, List<Integer> seen) {
    int dim = head.headDim;
    float[] result = new float[query.length];
    for (int h = 0; h < head.heads; h++) {
      int shared = h / (head.heads / head.kvHeads) * dim;
      float[] scores = new float[seen.size()];
      for (int i = 0; i < scores.length; i++) {
        double dot = 0;
        for (int d = 0; d < dim; d++) {
          dot += query[h * dim + d] * keys.get(seen.get(i))[shared + d];
        }
        scores[i] = (float) (dot / Math.sqrt(dim));
      }
      float[] logs = PlainMath.logSoftmax(scores);
      for (int i = 0; i < scores.length; i++) {
        for (int d = 0; d < dim; d++) {
          result[h * dim + d] += (float) Math.exp(logs[i]) * values.get(seen.get(i))[shared + d];
        }
      }
    }
    return result;
  }

  private float[] norm(String name, float[] x) {
    return PlainMath.norm(head.weights(name), x, head.normEps);
  }

  private float[] product(String name, float[] x) {
    return PlainMath.product(head.weights(name), x);
  }
}
