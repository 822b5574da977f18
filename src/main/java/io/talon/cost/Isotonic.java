package io.talon.cost;

/**
 * Least squares under a monotone order: pool adjacent violators (Ayer et al. 1955). Reused, allocates nothing.
 */
public final class Isotonic {
  private final double[] means; // [capacity], of the blocks so far
  private final double[] weights; // [capacity]
  private final int[] sizes; // [capacity]

  public Isotonic(int capacity) {
    means = new double[capacity];
    weights = new double[capacity];
    sizes = new int[capacity];
  }

  /**
   * Replaces values by the non-decreasing ones that are nearest to them in weighted squares.
   *
   * @param values to be replaced from {@code start} to before {@code end}
   * @param valueWeights positive, by the same indices
   */
  public void fit(double[] values, double[] valueWeights, int start, int end) {
    int blocks = 0;
    for (int i = start; i < end; i++) {
      means[blocks] = values[i];
      weights[blocks] = valueWeights[i];
      sizes[blocks] = 1;
      blocks++;
      while (blocks > 1 && means[blocks - 2] >= means[blocks - 1]) {
        pool(blocks - 2);
        blocks--;
      }
    }
    int next = start;
    for (int block = 0; block < blocks; block++) {
      for (int i = 0; i < sizes[block]; i++) {
        values[next++] = means[block];
      }
    }
  }

  private void pool(int block) {
    double weight = weights[block] + weights[block + 1];
    means[block] = (means[block] * weights[block] + means[block + 1] * weights[block + 1]) / weight;
    weights[block] = weight;
    sizes[block] += sizes[block + 1];
  }
}
