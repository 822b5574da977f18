package io.talon.tune;

import io.talon.stats.Median;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What one kind of call costs: a line through the rows of the calls, at the level of a run's typical stretch.
 *
 * <p>How the time grows with the rows is read off medians, so that a pause of the machine does not bend the line, and after each
 * stretch was brought to the speed of the others, so that a slow stretch of small calls does not either. The level is one of
 * means, which have the pauses that every run has: the mean of each stretch, and of these the median.
 *
 * @param baseMs of a call without rows
 * @param rowMs that a row adds
 */
record CallCost(double baseMs, double rowMs) {
  private static final double GROUPS_PER_ROW = 4;

  /**
   * Calls that were timed together.
   *
   * @param stretch of the run, by number
   * @param count of calls, above 0
   * @param rows of one of them, on average
   * @param millis of all of them
   */
  record Calls(int stretch, double count, double rows, double millis) {
    double each() {
      return millis / count;
    }
  }

  /** Fits a run's calls; nothing costs nothing. */
  static CallCost of(List<Calls> calls) {
    CallCost rough = line(calls);
    if (rough.baseMs + rough.rowMs == 0) {
      return rough;
    }
    Map<Integer, Double> speeds =
        byStretch(calls, stretch -> median(stretch, call -> call.each() / rough.millis(call.rows())));
    CallCost shape = line(
        calls.stream()
            .map(call -> new Calls(call.stretch(), call.count(), call.rows(), call.millis() / speeds.get(call.stretch())))
            .toList());
    Map<Integer, Double> levels = byStretch(
        calls, stretch -> sum(stretch, Calls::millis) / sum(stretch, call -> call.count() * shape.millis(call.rows())));
    double level = median(levels.values(), Double::doubleValue);
    return new CallCost(shape.baseMs * level, shape.rowMs * level);
  }

  /** Milliseconds of a call. */
  double millis(double rows) {
    return baseMs + rowMs * rows;
  }

  static <T> double median(Collection<T> from, ToDoubleFunction<T> value) {
    return Median.of(from.stream().mapToDouble(value).toArray());
  }

  private static Map<Integer, Double> byStretch(List<Calls> calls, Function<List<Calls>, Double> figure) {
    return calls.stream()
        .collect(Collectors.groupingBy(Calls::stretch, Collectors.collectingAndThen(Collectors.toList(), figure)));
  }

  private static double sum(List<Calls> calls, ToDoubleFunction<Calls> value) {
    return calls.stream().mapToDouble(value).sum();
  }

  /** The line of least squares through the median of each number of rows; it does not fall, and starts at 0 or above. */
  private static CallCost line(List<Calls> calls) {
    SortedMap<Long, List<Calls>> byRows = calls.stream()
        .collect(Collectors.groupingBy(call -> Math.round(call.rows() * GROUPS_PER_ROW), TreeMap::new, Collectors.toList()));
    double[][] points = byRows.values().stream()
        .map(group -> new double[] {
          group.size(), sum(group, Calls::rows) / group.size(), median(group, Calls::each)})
        .toArray(double[][]::new);
    double all = Arrays.stream(points).mapToDouble(point -> point[0]).sum();
    double meanRows = Arrays.stream(points).mapToDouble(point -> point[0] * point[1]).sum() / all;
    double meanMs = Arrays.stream(points).mapToDouble(point -> point[0] * point[2]).sum() / all;
    double above = 0;
    double below = 0;
    for (double[] point : points) {
      above += point[0] * (point[1] - meanRows) * (point[2] - meanMs);
      below += point[0] * (point[1] - meanRows) * (point[1] - meanRows);
    }
    double slope = below > 0 ? Math.max(0, Math.min(above / below, meanMs / meanRows)) : 0;
    return all > 0 ? new CallCost(meanMs - slope * meanRows, slope) : new CallCost(0, 0);
  }
}
