package io.talon.torch;

/** The arithmetic of a layer in loops, summed in double. */
final class PlainMath {
  private PlainMath() {}

  /** RMSNorm // [x.length]. */
  static float[] norm(float[] weight, float[] x, double eps) {
    double squares = 0;
    for (float value : x) {
      squares += (double) value * value;
    }
    double scale = 1 / Math.sqrt(squares / x.length + eps);
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) (weight[i] * x[i] * scale);
    }
    return y;
  }

  /** A matrix of [rows, x.length] times a vector // [rows]. */
  static float[] product(float[] weight, float[] x) {
    float[] y = new float[weight.length / x.length];
    for (int row = 0; row < y.length; row++) {
      double dot = 0;
      for (int i = 0; i < x.length; i++) {
        dot += (double) weight[row * x.length + i] * x[i];
      }
      y[row] = (float) dot;
    }
    return y;
  }

  static float[] sum(float[] a, float[] b) {
    float[] y = a.clone();
    for (int i = 0; i < y.length; i++) {
      y[i] += b[i];
    }
    return y;
  }

  static float[] logSoftmax(float[] scores) {
    float largest = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      largest = Math.max(largest, score);
    }
    double total = 0;
    for (float score : scores) {
      total += Math.exp(score - largest);
    }
    float[] logs = new float[scores.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = (float) (scores[i] - largest - Math.log(total));
    }
    return logs;
  }
}
