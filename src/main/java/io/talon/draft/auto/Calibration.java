package io.talon.draft.auto;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.cost.Isotonic;
import java.util.Arrays;

/**
 * What a draft's probability of a token is worth: how often such a token was chosen, by depth and origin, counted where its
 * parent was reached, and made monotone. It begins as the identity and forgets slowly. Allocates nothing.
 *
 * <p>A draft that is too sure is so of all its tokens: first the log-odds of all of an origin's candidates are shifted, the first
 * layer's and the deeper ones', for which some dozen observations are enough; every probability's own count then adds to that.
 */
final class Calibration {
  /** Where a candidate comes from. */
  static final int MODEL = 0;

  static final int FOUND = 1;

  static final int BOTH = 2;

  private static final int SOURCES = 3;
  private static final int DEPTHS = 6; // 1, 2, 3, 4 to 5, 6 to 8, deeper

  private static final String[] ORIGIN_NAMES = {"model", "found", "both"};
  private static final String[] DEPTH_NAMES = {"1", "2", "3", "4-5", "6-8", "9-"};

  /** Centers of the bins. */
  private static final double[] CENTERS = {0.002, 0.006, 0.015, 0.035, 0.07, 0.13, 0.22, 0.35, 0.5, 0.65, 0.8, 0.9, 0.96, 0.99};

  private static final double[] EDGES = edges();
  private static final double TRUST = 12; // observations that the shifted identity weighs
  private static final double SHIFT_TRUST = 1; // one over the variance of a shift before anything was observed
  private static final int NEWTON_STEPS = 3;
  private static final double ENOUGH = 4000; // observations of a bin, from which on older ones are forgotten

  private final double[][] seen = new double[SOURCES * DEPTHS][CENTERS.length];
  private final double[][] chosen = new double[SOURCES * DEPTHS][CENTERS.length];
  private final double[][] values = new double[SOURCES * DEPTHS][];
  private final double[] shifts = new double[SOURCES * 2]; // of the first layer, and of the deeper ones
  private final boolean[] counted = new boolean[SOURCES * 2]; // whether there is something new
  private final double[] weights = new double[CENTERS.length];
  private final Isotonic isotonic = new Isotonic(CENTERS.length);

  Calibration() {
    for (int i = 0; i < values.length; i++) {
      values[i] = CENTERS.clone();
    }
  }

  private static double[] edges() {
    double[] edges = new double[CENTERS.length - 1];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = Math.sqrt(CENTERS[i] * CENTERS[i + 1]);
    }
    return edges;
  }

  /**
   * The probability that the token is chosen where its parent is reached.
   *
   * @param depth from 1
   * @param conditional the draft's probability of the token given its parent
   */
  double of(int origin, int depth, double conditional) {
    double[] line = values[line(origin, depth)];
    int last = CENTERS.length - 1;
    if (conditional <= CENTERS[0]) {
      return line[0] * conditional / CENTERS[0];
    }
    if (conditional >= CENTERS[last]) {
      double share = (conditional - CENTERS[last]) / (1 - CENTERS[last]);
      return line[last] + Math.min(1, share) * (1 - line[last]) * (line[last] >= CENTERS[last] ? 1 : 0);
    }
    int above = 1;
    while (CENTERS[above] < conditional) {
      above++;
    }
    double share = (conditional - CENTERS[above - 1]) / (CENTERS[above] - CENTERS[above - 1]);
    return line[above - 1] + share * (line[above] - line[above - 1]);
  }

  /** Counts a candidate whose parent was reached. */
  void observe(int origin, int depth, double conditional, boolean wasChosen) {
    int line = line(origin, depth);
    int bin = 0;
    while (bin < EDGES.length && EDGES[bin] < conditional) {
      bin++;
    }
    if (seen[line][bin] >= ENOUGH) {
      seen[line][bin] /= 2;
      chosen[line][bin] /= 2;
    }
    counted[2 * origin + (depth > 1 ? 1 : 0)] = true;
    seen[line][bin]++;
    chosen[line][bin] += wasChosen ? 1 : 0;
  }

  /** Takes what was counted since into account. */
  void refit() {
    for (int origin = 0; origin < SOURCES; origin++) {
      int first = origin * DEPTHS;
      refit(2 * origin, first, first + 1);
      refit(2 * origin + 1, first + 1, first + DEPTHS);
    }
  }

  /** The lines from one on to before another, which have a shift in common. */
  private void refit(int shift, int from, int until) {
    if (!counted[shift]) {
      return;
    }
    counted[shift] = false;
    for (int step = 0; step < NEWTON_STEPS; step++) {
      double factor = Math.exp(shifts[shift]);
      double slope = -SHIFT_TRUST * shifts[shift];
      double curvature = SHIFT_TRUST;
      for (int line = from; line < until; line++) {
        for (int bin = 0; bin < CENTERS.length; bin++) {
          double expected = shifted(CENTERS[bin], factor);
          slope += chosen[line][bin] - seen[line][bin] * expected;
          curvature += seen[line][bin] * expected * (1 - expected);
        }
      }
      shifts[shift] += Math.max(-1, Math.min(1, slope / curvature)); // far from the best one the curve is flat
    }
    double factor = Math.exp(shifts[shift]);
    for (int line = from; line < until; line++) {
      for (int bin = 0; bin < CENTERS.length; bin++) {
        weights[bin] = seen[line][bin] + TRUST;
        values[line][bin] = (chosen[line][bin] + TRUST * shifted(CENTERS[bin], factor)) / weights[bin];
      }
      isotonic.fit(values[line], weights, 0, CENTERS.length);
    }
  }

  /** The probability whose odds are so many times those of another one. */
  private static double shifted(double probability, double factor) {
    double odds = probability / (1 - probability) * factor;
    return odds / (1 + odds);
  }

  /** By origin and depth: how many candidates were counted, and the acceptance that stands for each of the probabilities. */
  ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode probabilities = node.putArray("probability");
    for (double center : CENTERS) {
      probabilities.add(center);
    }
    for (int line = 0; line < values.length; line++) {
      double count = Arrays.stream(seen[line]).sum();
      if (count > 0) {
        String origin = ORIGIN_NAMES[line / DEPTHS];
        ObjectNode depths = node.has(origin) ? (ObjectNode) node.get(origin) : node.putObject(origin);
        ObjectNode of = depths.putObject(DEPTH_NAMES[line % DEPTHS]);
        of.put("seen", count);
        ArrayNode acceptance = of.putArray("acceptance");
        for (double value : values[line]) {
          acceptance.add(Math.round(value * 1e4) / 1e4);
        }
      }
    }
    return node;
  }

  private static int line(int origin, int depth) {
    int depthClass = depth <= 3 ? depth - 1 : depth <= 5 ? 3 : depth <= 8 ? 4 : 5;
    return origin * DEPTHS + depthClass;
  }
}
