package io.talon.cost;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Times of one kind of call by sequences and rows; never less for more of either.
 *
 * <p>Between measured points times are interpolated, beyond the last they go on with its slope.
 *
 * @param slots numbers of sequences, ascending // [n]
 * @param rows rows per sequence, ascending // [n][m], m may differ
 * @param nanos times of {@code slots[i]} sequences with {@code rows[i][j]} rows each // [n][m]
 */
public record CostGrid(int[] slots, int[][] rows, double[][] nanos) {
  /** Calls that are never made. */
  public static final CostGrid NONE = new CostGrid(new int[] {1}, new int[][] {{1}}, new double[][] {{0}});

  public CostGrid {
    check(slots.length >= 1, ErrorCode.ENGINE, "a grid of costs has at least one point: %s", slots.length);
    for (int i = 0; i < slots.length; i++) {
      check(
          rows[i].length >= 1 && rows[i].length == nanos[i].length && slots[i] >= 1 && (i == 0 || slots[i] > slots[i - 1]),
          ErrorCode.ENGINE,
          "a grid of costs names every point once, in ascending order: %s sequences",
          slots[i]);
    }
  }

  /**
   * The same grid without bumps: times along the rows lie on their lower convex hull.
   *
   * <p>What a row more takes grows with the rows: it is next to nothing while weights are being read, and later the arithmetic of a
   * row. Where measured times say otherwise something else was running, and that only ever adds.
   */
  CostGrid convex() {
    double[][] smooth = new double[nanos.length][];
    for (int i = 0; i < nanos.length; i++) {
      smooth[i] = hull(rows[i], nanos[i]);
    }
    return new CostGrid(slots, rows, smooth);
  }

  private static double[] hull(int[] at, double[] times) {
    double[] smooth = times.clone();
    int from = 0;
    while (from < at.length - 1) {
      int to = from + 1;
      for (int i = to + 1; i < at.length; i++) {
        if (slope(at, times, from, i) <= slope(at, times, from, to)) {
          to = i;
        }
      }
      for (int i = from + 1; i < to; i++) {
        smooth[i] = times[from] + slope(at, times, from, to) * (at[i] - at[from]);
      }
      from = to;
    }
    return smooth;
  }

  private static double slope(int[] at, double[] times, int from, int to) {
    return (times[to] - times[from]) / (at[to] - at[from]);
  }

  /** The same grid, made monotone: along the rows by pooling adjacent violators, then along the sequences. */
  public static CostGrid monotone(int[] slots, int[][] rows, double[][] nanos) {
    double[][] smooth = new double[nanos.length][];
    for (int i = 0; i < nanos.length; i++) {
      smooth[i] = nanos[i].clone();
      double[] even = new double[smooth[i].length];
      Arrays.fill(even, 1);
      new Isotonic(smooth[i].length).fit(smooth[i], even, 0, smooth[i].length);
    }
    CostGrid grid = new CostGrid(slots, rows, smooth);
    for (int i = 1; i < smooth.length; i++) {
      for (int j = 0; j < smooth[i].length; j++) {
        int known = Math.min(rows[i][j], rows[i - 1][rows[i - 1].length - 1]); // what lies beyond is a guess, and no bound
        smooth[i][j] = Math.max(smooth[i][j], grid.along(i - 1, known));
        smooth[i][j] = j == 0 ? smooth[i][j] : Math.max(smooth[i][j], smooth[i][j - 1]);
      }
    }
    return grid;
  }

  /**
   * What two measurements of the same calls say together: of each point the smaller time, since whatever else ran only ever added.
   * A point that one of them has between two of its own counts there, too.
   */
  CostGrid calmer(CostGrid other) {
    int[] all = union(slots, other.slots);
    int[][] allRows = new int[all.length][];
    double[][] least = new double[all.length][];
    for (int i = 0; i < all.length; i++) {
      int mine = Arrays.binarySearch(slots, all[i]);
      int others = Arrays.binarySearch(other.slots, all[i]);
      allRows[i] = union(mine < 0 ? new int[0] : rows[mine], others < 0 ? new int[0] : other.rows[others]);
      least[i] = new double[allRows[i].length];
      for (int j = 0; j < least[i].length; j++) {
        least[i][j] = Math.min(within(mine, allRows[i][j]), other.within(others, allRows[i][j]));
      }
    }
    return monotone(all, allRows, least);
  }

  /** The time on a line where it was measured or lies between two that were; infinite elsewhere. */
  private double within(int line, int each) {
    boolean known = line >= 0 && each >= rows[line][0] && each <= rows[line][rows[line].length - 1];
    return known ? along(line, each) : Double.POSITIVE_INFINITY;
  }

  private static int[] union(int[] some, int[] more) {
    return IntStream.concat(Arrays.stream(some), Arrays.stream(more)).distinct().sorted().toArray();
  }

  /**
   * Time of a call.
   *
   * @param sequences at least 1
   * @param allRows of all sequences together
   */
  public double nanos(int sequences, double allRows) {
    int above = slots.length > 1 && sequences > slots[0] ? 1 : 0;
    while (above < slots.length - 1 && slots[above] < sequences) {
      above++;
    }
    double each = allRows / sequences;
    double upper = along(above, each);
    if (above == 0) {
      return slots.length == 1 ? upper * sequences / slots[0] : upper;
    }
    double lower = along(above - 1, each);
    double share = (double) (sequences - slots[above - 1]) / (slots[above] - slots[above - 1]);
    return lower + share * (upper - lower);
  }

  private double along(int i, double each) {
    int[] at = rows[i];
    double[] times = nanos[i];
    if (at.length == 1) {
      return times[0] * Math.max(1, each / at[0]);
    }
    int above = 1;
    while (above < at.length - 1 && at[above] < each) {
      above++;
    }
    double share = Math.max(0, (each - at[above - 1]) / (at[above] - at[above - 1]));
    return times[above - 1] + share * (times[above] - times[above - 1]);
  }
}
