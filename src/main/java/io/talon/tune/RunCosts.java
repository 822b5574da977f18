package io.talon.tune;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What forwards of a run cost, in milliseconds.
 *
 * @param verifyMs a target forward by its rows of all sequences together
 * @param draftMs a draft forward
 * @param hostMs what a round takes beside forwards
 */
public record RunCosts(SortedMap<Integer, Double> verifyMs, double draftMs, double hostMs) {
  public RunCosts {
    check(!verifyMs.isEmpty(), ErrorCode.BAD_INPUT, "a run must have timed a target forward to be priced: %s", verifyMs.size());
    verifyMs = rising(verifyMs);
  }

  /**
   * A target forward: between measured numbers of rows on the line from one to the next, below the fewest and beyond the most on
   * the line that fits all of them best.
   */
  public double verify(double rows) {
    int fewest = verifyMs.firstKey();
    int most = verifyMs.lastKey();
    if (verifyMs.size() == 1) {
      return verifyMs.get(fewest);
    }
    if (rows < fewest) {
      return Math.max(verifyMs.get(fewest) - slope() * (fewest - rows), verifyMs.get(fewest) / 2);
    }
    if (rows > most) {
      return verifyMs.get(most) + slope() * (rows - most);
    }
    int low = verifyMs.headMap((int) Math.floor(rows) + 1).lastKey();
    if (low == most) {
      return verifyMs.get(most);
    }
    int high = verifyMs.tailMap(low + 1).firstKey();
    return verifyMs.get(low) + (verifyMs.get(high) - verifyMs.get(low)) * (rows - low) / (high - low);
  }

  /** One round of a batch. */
  double round(Replay.Outcome outcome, int batch) {
    return verify(outcome.rows() * batch) + draftMs * outcome.sharedForwards(batch) + hostMs;
  }

  /** Least squares over the measured points, never falling. */
  private double slope() {
    double meanRows = verifyMs.keySet().stream().mapToInt(Integer::intValue).average().orElseThrow();
    double meanMs = verifyMs.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double above = 0;
    double below = 0;
    for (Map.Entry<Integer, Double> point : verifyMs.entrySet()) {
      above += (point.getKey() - meanRows) * (point.getValue() - meanMs);
      below += (point.getKey() - meanRows) * (point.getKey() - meanRows);
    }
    return Math.max(above / below, 0);
  }

  /** More rows never cost less: where a median says so, it was noise, and the larger number stands for both. */
  private static SortedMap<Integer, Double> rising(SortedMap<Integer, Double> measured) {
    SortedMap<Integer, Double> rising = new TreeMap<>();
    double most = 0;
    for (Map.Entry<Integer, Double> point : measured.entrySet()) {
      most = Math.max(most, point.getValue());
      rising.put(point.getKey(), most);
    }
    return rising;
  }
}
