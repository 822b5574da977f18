package io.talon.stats;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * How far a figure that is made of sums may be off by the choice of prompts: the percentile bootstrap (Efron and Tibshirani, An
 * Introduction to the Bootstrap, 13.3), where whole prompts are drawn again with replacement.
 *
 * <p>Both sides of a comparison stand in one row, so that a prompt that is hard is hard for both: the interval of a difference is
 * that of pairs. The draws depend on the seed alone.
 */
public final class Bootstrap {
  private static final int DRAWS = 1000;
  private static final double TAIL = 0.025; // of a 95 % interval

  private final double[][] rows; // [prompts][sums]
  private final double[][] draws; // [DRAWS][sums]
  private final double[] total; // [sums]

  /**
   * @param rows what each prompt, or each group of them, adds to the sums // [prompts][sums]
   * @param seed of the draws
   */
  public Bootstrap(double[][] rows, long seed) {
    check(rows.length > 0, ErrorCode.BAD_INPUT, "there must be a prompt to draw from: %s", rows.length);
    this.rows = rows;
    total = new double[rows[0].length];
    for (double[] row : rows) {
      add(total, row);
    }
    SplittableRandom random = new SplittableRandom(seed);
    draws = new double[DRAWS][total.length];
    for (double[] draw : draws) {
      for (int i = 0; i < rows.length; i++) {
        add(draw, rows[random.nextInt(rows.length)]);
      }
    }
  }

  /**
   * A figure and its 95 % interval, which is NaN to NaN for a single prompt and for a figure that has no value in some draw.
   *
   * @param figure from the sums
   */
  public Interval of(ToDoubleFunction<double[]> figure) {
    double[] values = Arrays.stream(draws).mapToDouble(figure).sorted().toArray();
    boolean known = rows.length > 1 && Arrays.stream(values).allMatch(Double::isFinite);
    double low = known ? values[(int) (TAIL * DRAWS)] : Double.NaN;
    double high = known ? values[DRAWS - 1 - (int) (TAIL * DRAWS)] : Double.NaN;
    return new Interval(figure.applyAsDouble(total), low, high);
  }

  private static void add(double[] sums, double[] row) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += row[i];
    }
  }

  /** A figure with the ends of its interval. */
  public record Interval(double value, double low, double high) {}
}
