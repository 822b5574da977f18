package io.talon.cost;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/**
 * A table of costs, kept true by the times of real rounds; reused from round to round, allocates nothing.
 *
 * <p>What real rounds take over what the table says is followed by steps of fixed size, up or down, so that one slow round moves
 * it no further than one a little slow: it finds the median. One factor belongs to the engine as a whole and follows fast, since
 * a machine that slows down slows all calls; one to every kind of call and size, relative to it, follows slowly.
 */
public final class LiveCosts {
  private static final double COMMON_STEP = 0.02;
  private static final double OWN_STEP = 0.004;
  private static final double LARGEST = 2; // of a factor's logarithm
  private static final int SIZES = 24; // two for each doubling of the rows
  private static final double OTHER_SHARE = 0.05;

  private final CostTable table;
  private final double[] verifyLogs = new double[SIZES]; // by size
  private double draftLog;
  private double commonLog;
  private double otherNanos; // host time of a round
  private double context; // mean tokens of a sequence in this round
  private double[] known = new double[64]; // by rows, as they are asked for in a round, 0 for not yet
  private int knownSequences; // that these times are for
  private double draftFactor = 1; // the exponential of the two logarithms
  private double commonFactor = 1;

  public LiveCosts(CostTable table) {
    this.table = table;
  }

  /** Sets the mean length of the sequences in this round. */
  public void context(double tokens) {
    context = tokens;
    forget();
  }

  private void forget() {
    Arrays.fill(known, 0);
  }

  /** Time of a target forward; a round asks for that of every number of rows, many times over. */
  public double verify(int sequences, int rows) {
    if (sequences != knownSequences) {
      knownSequences = sequences;
      forget();
    }
    if (rows >= known.length) {
      known = Arrays.copyOf(known, 2 * rows);
    }
    if (known[rows] == 0) {
      known[rows] = table.verify(sequences, rows, context) * Math.exp(commonLog + verifyLogs[size(rows)]);
    }
    return known[rows];
  }

  /** Time of expanding the roots of so many sequences. */
  public double root(int sequences) {
    return sequences == 0 ? 0 : table.root().nanos(sequences, sequences) * draftFactor;
  }

  /** Time of a draft layer. */
  public double layer(int sequences, double rows) {
    return sequences == 0 ? 0 : table.layer().nanos(sequences, rows) * draftFactor;
  }

  /** Time of a round beside its draft and target forwards, of trees with so many rows. */
  public double other(int sequences, int rows) {
    return otherNanos + table.commit().nanos(sequences, Math.min(rows, 2 * sequences)) * commonFactor;
  }

  /**
   * Learns from a round.
   *
   * @param predictedDraft what this object said of the draft forwards that were made, 0 for none
   */
  public void observe(int sequences, int rows, double predictedDraft, long draftNanos, long verifyNanos, long hostNanos) {
    if (verifyNanos <= 0) {
      return;
    }
    double drift = Math.signum(verifyNanos - verify(sequences, rows));
    commonLog = clipped(commonLog + COMMON_STEP * drift);
    verifyLogs[size(rows)] = clipped(verifyLogs[size(rows)] + OWN_STEP * drift);
    if (predictedDraft > 0 && draftNanos > 0) {
      draftLog = clipped(draftLog + COMMON_STEP / 2 * Math.signum(draftNanos - predictedDraft));
    }
    otherNanos += OTHER_SHARE * (Math.min(hostNanos, verifyNanos) - otherNanos);
    draftFactor = Math.exp(commonLog + draftLog);
    commonFactor = Math.exp(commonLog);
    forget();
  }

  /** The table, and how much longer calls take than it says: all of them, drafts, and everything outside of the engine. */
  public ObjectNode toJson() {
    ObjectNode node = table.toJson();
    node.put("verify_factor", commonFactor);
    node.put("draft_factor", draftFactor);
    node.put("host_ms", otherNanos / 1e6);
    return node;
  }

  private static int size(int rows) {
    int doublings = 31 - Integer.numberOfLeadingZeros(rows);
    int half = rows >= 3L << doublings >> 1 ? 1 : 0;
    return Math.min(SIZES - 1, 2 * doublings + half);
  }

  private static double clipped(double log) {
    return Math.max(-LARGEST, Math.min(LARGEST, log));
  }
}
