package io.talon.cost;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/**
 * A table of costs, kept true by the times of real rounds; reused from round to round, allocates nothing.
 *
 * <p>What real rounds take over what the table says is followed in logarithms, by a share of the error that becomes smaller with
 * every round, and of no error by more than a limit, so that one slow round moves little. One factor belongs to the engine as a
 * whole, since a machine that slows down slows all calls; one of at most 1 to what rows beside the roots take, since a table that was
 * measured beside other work has that too large, and sizes that seem dear are never tried; one to every number of sequences and of rows a
 * sequence, and a little of it to the neighbouring numbers of rows; one to rounds of so many sequences with trees of different sizes.
 */
public final class LiveCosts {
  private static final double COMMON_SHARE = 0.05;
  private static final double OWN_SHARE = 0.04;
  private static final double FIRST_OF_DRAFTED = 0.2; // of the first error of a size beside plain decoding, half of that of the second, ...
  private static final double ROWS_SHARE = 0.02;
  private static final double LEAST_OF_ROWS = 0.3; // below, a forward says little of what rows take
  private static final double FIRST_SHARE = 0.4; // of the first error, half of that of the second, ...
  private static final double OF_DRAFTED = 0.3; // of what a round says of the common factor, where it is not plain decoding
  private static final double MOST_AT_ONCE = 0.3; // of an error
  private static final double LARGEST = 3; // of a factor's logarithm
  private static final int SEQUENCES = 20; // two for each doubling of the sequences
  private static final int SIZES = 16; // one for trees of the root alone, two for each doubling of the rows a sequence
  private static final double TRUSTED = 20; // observations that count at most
  private static final double[] NEIGHBOUR = {1, 0.05, 0.02}; // what an observation counts for a size beside it
  private static final double OTHER_SHARE = 0.05;
  private static final int PLAIN_ROUNDS = 2; // of every number of sequences, before drafts are compared with them
  private static final int PLAIN_LATEST = 100; // rounds at most
  private static final int PLAIN_SOONEST = 4; // rounds at least
  private static final double PLAIN_LOSS = 0.005; // of the time that rounds of plain decoding may lose where drafts pay

  private final CostTable table;
  private final double[][] logs = new double[SEQUENCES][SIZES];
  private final int[][] counts = new int[SEQUENCES][SIZES];
  private final double[] unevenLogs = new double[SEQUENCES]; // of rounds with trees that are larger than others
  private final double[] unevenFactors = new double[SEQUENCES]; // exponentials of these
  private final int[] unevenCounts = new int[SEQUENCES];
  private final double[] sincePlain = new double[SEQUENCES]; // rounds, as a share of those after which one is plain again
  private int rounds;
  private int draftedRounds;
  private double rowsLog;
  private double draftLog;
  private double commonLog;
  private double otherNanos; // host time of a round
  private double context; // mean tokens of a sequence in this round
  private double sampled; // share of the sequences whose tokens are sampled
  private double[] known = new double[64]; // by rows, as they are asked for in a round, 0 for not yet
  private int knownSequences; // that these times are for
  private double draftFactor = 1; // exponentials of logarithms
  private double commonFactor = 1;
  private double rowsFactor = 1;

  public LiveCosts(CostTable table) {
    this.table = table;
    Arrays.fill(unevenFactors, 1);
  }

  /**
   * Says what the sequences of this round are like.
   *
   * @param tokens their mean length
   * @param share of them whose tokens are sampled
   */
  public void round(double tokens, double share) {
    context = tokens;
    sampled = share;
    forget();
  }

  private void forget() {
    Arrays.fill(known, 0);
  }

  /** Time of a target forward over trees of the same size; a round asks for that of every number of rows, many times over. */
  public double verify(int sequences, int rows) {
    if (sequences != knownSequences) {
      knownSequences = sequences;
      forget();
    }
    if (rows >= known.length) {
      known = Arrays.copyOf(known, 2 * rows);
    }
    if (known[rows] == 0) {
      double plain = table.verify(sequences, sequences, context);
      double more = table.verify(sequences, rows, context) - plain;
      double noise = rows * sampled * table.sampling();
      known[rows] = (plain + more * rowsFactor + noise) * Math.exp(commonLog + own(sequences, rows));
    }
    return known[rows];
  }

  /**
   * Time of a target forward.
   *
   * @param largest rows of the largest tree
   * @param larger trees of more than {@link #freeRows}
   */
  public double verify(int sequences, int rows, int largest, int larger) {
    double even = verify(sequences, rows);
    if (table.uneven().lacking(sequences, rows, largest) == 0) {
      return even;
    }
    double longer = table.uneven(sequences, rows, largest, larger, context) * commonFactor;
    return (even + longer) * unevenFactors[sequencesClass(sequences)];
  }

  /** Whether trees of different sizes take longer than their rows do. */
  public boolean uneven() {
    return table.uneven().tree() > 0;
  }

  /** Rows up to which a tree may have more than others without taking longer. */
  public int freeRows() {
    return table.uneven().freeRows();
  }

  /** What rounds of so many rows took over the common factor, as a logarithm. */
  private double own(int sequences, int rows) {
    int line = sequencesClass(sequences);
    int size = sizeClass(sequences, rows);
    double sum = 0;
    double weight = 1; // of the table
    for (int i = Math.max(0, size - NEIGHBOUR.length + 1); i < Math.min(SIZES, size + NEIGHBOUR.length); i++) {
      double each = NEIGHBOUR[Math.abs(i - size)] * Math.min(TRUSTED, counts[line][i]);
      sum += each * logs[line][i];
      weight += each;
    }
    return sum / weight;
  }

  /** Time of expanding the roots of so many sequences. */
  public double root(int sequences) {
    return sequences == 0 ? 0 : table.root().nanos(sequences, sequences) * draftFactor;
  }

  /** Time of a draft layer. */
  public double layer(int sequences, double rows) {
    if (sequences == 0) {
      return 0;
    }
    double narrow = table.layer().nanos(sequences, sequences);
    return (narrow + (table.layer().nanos(sequences, rows) - narrow) * rowsFactor) * draftFactor;
  }

  /** Time of a round beside its draft and target forwards, of trees with so many rows. */
  public double other(int sequences, int rows) {
    return otherNanos + table.commit().nanos(sequences, Math.min(rows, 2 * sequences)) * commonFactor;
  }

  /**
   * Whether a round should be plain decoding, so that it is known what that takes: now and then, as a draft that seems to pay is
   * never compared with it otherwise.
   */
  public boolean wantsPlain(int sequences) {
    int line = sequencesClass(sequences);
    return counts[line][0] < PLAIN_ROUNDS || sincePlain[line] >= 1;
  }

  /**
   * Counts a round that was not plain decoding.
   *
   * @param gain what it was expected to make more than plain decoding, as a share: where that is little, the next comparison is near,
   *     as it loses little and tells much
   */
  public void drafted(int sequences, double gain) {
    sincePlain[sequencesClass(sequences)] += 1 / Math.max(PLAIN_SOONEST, Math.min(PLAIN_LATEST, gain / PLAIN_LOSS));
  }

  /**
   * Learns from a round.
   *
   * @param largest rows of the largest tree
   * @param larger trees of more than {@link #freeRows}
   * @param predictedDraft what this object said of the draft forwards that were made, 0 for none
   */
  public void observe(int sequences, int rows, int largest, int larger, double predictedDraft, long draftNanos, long verifyNanos,
      long hostNanos) {
    int line = sequencesClass(sequences);
    int size = sizeClass(sequences, rows);
    int before = counts[line][size]++;
    sincePlain[line] = size == 0 ? 0 : sincePlain[line];
    if (verifyNanos <= 0) {
      return;
    }
    double error = error(verifyNanos, verify(sequences, rows, largest, larger));
    commonLog = clipped(commonLog + share(COMMON_SHARE, rounds++) * (size == 0 ? 1 : OF_DRAFTED) * error);
    if (size > 0) {
      rowsLog = Math.min(0, clipped(rowsLog + share(ROWS_SHARE, draftedRounds++) * error / ofRows(sequences, rows)));
    }
    if (table.uneven().lacking(sequences, rows, largest) > 0) {
      double step = Math.max(OWN_SHARE, 1.0 / (2 + unevenCounts[line]++)) * error;
      unevenLogs[line] = clipped(unevenLogs[line] + step);
      unevenFactors[line] = Math.exp(unevenLogs[line]);
    } else {
      double share = size > 0 ? Math.max(OWN_SHARE, FIRST_OF_DRAFTED / (1 + before)) : share(OWN_SHARE, before);
      logs[line][size] = clipped(logs[line][size] + share * error);
    }
    if (predictedDraft > 0 && draftNanos > 0) {
      draftLog = clipped(draftLog + COMMON_SHARE * error(draftNanos, predictedDraft));
    }
    otherNanos += OTHER_SHARE * (Math.min(hostNanos, verifyNanos) - otherNanos);
    draftFactor = Math.exp(commonLog + draftLog);
    commonFactor = Math.exp(commonLog);
    rowsFactor = Math.exp(rowsLog);
    forget();
  }

  /** The share of a forward's time that goes to rows beside the roots, which a change of their factor changes. */
  private double ofRows(int sequences, int rows) {
    double plain = table.verify(sequences, sequences, context);
    double more = (table.verify(sequences, rows, context) - plain) * rowsFactor;
    return Math.max(LEAST_OF_ROWS, more / (plain + more));
  }

  private static double error(long nanos, double predicted) {
    return Math.max(-MOST_AT_ONCE, Math.min(MOST_AT_ONCE, Math.log(nanos / predicted)));
  }

  private static double share(double least, int before) {
    return Math.max(least, FIRST_SHARE / (1 + before));
  }

  /** The table, and how much longer calls take than it says: all of them, rows beside the roots, drafts; and the host. */
  public ObjectNode toJson() {
    ObjectNode node = table.toJson();
    node.put("verify_factor", commonFactor);
    node.put("rows_factor", rowsFactor);
    node.put("draft_factor", draftFactor);
    node.put("host_ms", otherNanos / 1e6);
    return node;
  }

  private static int sequencesClass(int sequences) {
    return Math.min(SEQUENCES - 1, halfDoublings(sequences, 1));
  }

  private static int sizeClass(int sequences, int rows) {
    return rows == sequences ? 0 : Math.min(SIZES - 1, 1 + halfDoublings(rows, sequences));
  }

  /** How often a doubles until it is b, in halves. */
  private static int halfDoublings(int b, int a) {
    int doublings = 0;
    while (b >= 2L * a << doublings) {
      doublings++;
    }
    return 2 * doublings + (2L * b >= 3L * a << doublings ? 1 : 0);
  }

  private static double clipped(double log) {
    return Math.max(-LARGEST, Math.min(LARGEST, log));
  }
}
