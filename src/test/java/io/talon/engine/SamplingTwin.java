package io.talon.engine;

import java.util.List;
import java.util.stream.IntStream;

/** The choice at one row in plain Java: filters as Hugging Face orders them, then the argmax of logits and noise. */
public final class SamplingTwin {
  private SamplingTwin() {}

  /**
   * The token chosen.
   *
   * @param logits of the row // [vocabulary]
   * @param position absolute index of the token that is being chosen
   */
  public static int choose(float[] logits, Sampling sampling, int position) {
    return argmax(scores(logits, sampling, position));
  }

  /** Distance between the best score and the next, noise included; infinite where the filters leave one token. */
  public static float margin(float[] logits, Sampling sampling, int position) {
    float[] scores = scores(logits, sampling, position);
    int best = argmax(scores);
    float winner = scores[best];
    scores[best] = Float.NEGATIVE_INFINITY;
    return winner - scores[argmax(scores)];
  }

  private static float[] scores(float[] logits, Sampling sampling, int position) {
    if (sampling.greedy()) {
      return logits.clone();
    }
    float[] scores = filtered(logits, sampling);
    long key = Noise.key(sampling.rowSeed(), position);
    for (int token = 0; token < scores.length; token++) {
      scores[token] += (float) sampling.temperature() * Noise.gumbel(key, token);
    }
    return scores;
  }

  /** Probability of every token // [vocabulary]. */
  public static double[] distribution(float[] logits, Sampling sampling) {
    return softmax(filtered(logits, sampling), sampling.temperature());
  }

  /** Settings that a choice must follow: each filter alone, and all of them together. */
  public static List<Sampling> settings(long seed) {
    Sampling one = Sampling.GREEDY.withTemperature(1).seeded(seed);
    return List.of(
        one,
        one.withTemperature(0.7),
        one.withTopK(7),
        one.withTopP(0.8),
        one.withMinP(0.1),
        one.withTemperature(1.3).withTopK(40).withTopP(0.9).withMinP(0.02));
  }

  /** The logits, with minus infinity where a filter cuts. */
  static float[] filtered(float[] logits, Sampling sampling) {
    float[] kept = logits.clone();
    int[] order =
        IntStream.range(0, kept.length).boxed().sorted((a, b) -> Float.compare(logits[b], logits[a])).mapToInt(i -> i).toArray();
    if (sampling.topK() > 0) {
      float smallest = logits[order[Math.min(sampling.topK(), order.length) - 1]];
      for (int token = 0; token < kept.length; token++) {
        kept[token] = kept[token] < smallest ? Float.NEGATIVE_INFINITY : kept[token];
      }
    }
    double[] probabilities = softmax(kept, sampling.temperature());
    double before = 0;
    for (int token : order) {
      if (before >= sampling.topP()) {
        kept[token] = Float.NEGATIVE_INFINITY;
      }
      before += probabilities[token];
    }
    double[] remaining = softmax(kept, sampling.temperature());
    for (int token = 0; token < kept.length; token++) {
      if (remaining[token] < sampling.minP() * remaining[order[0]]) {
        kept[token] = Float.NEGATIVE_INFINITY;
      }
    }
    return kept;
  }

  static double[] softmax(float[] logits, double temperature) {
    double max = logits[argmax(logits)] / temperature;
    double[] probabilities = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp(logits[i] / temperature - max);
      sum += probabilities[i];
    }
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] /= sum;
    }
    return probabilities;
  }

  /** Index of the largest value, the smallest index on ties. */
  static int argmax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }
}
