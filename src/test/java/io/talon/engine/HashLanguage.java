package io.talon.engine;

/** The language of {@link HashEngine}: the logits behind a path of tokens follow from a hash of it. */
final class HashLanguage {
  private final EngineSpec spec;
  private final long seed;
  private final float draftNoise;

  HashLanguage(EngineSpec spec, long seed, float draftNoise) {
    this.spec = spec;
    this.seed = seed;
    this.draftNoise = draftNoise;
  }

  long hash(int[] tokens) {
    long hash = seed;
    for (int token : tokens) {
      hash = mix(hash, token);
    }
    return hash;
  }

  static long mix(long hash, int token) {
    return Noise.bits(hash, token);
  }

  /** The target's logits behind a path: some contexts are sure of themselves, others are not. */
  float[] targetLogits(long hash) {
    float sharpness = 2 + 12 * Math.abs(unit(Noise.bits(hash, -2)));
    float[] logits = new float[spec.vocabulary()];
    for (int token = 0; token < logits.length; token++) {
      logits[token] = sharpness * unit(Noise.bits(hash, token));
    }
    return logits;
  }

  float[] draftLogits(long hash) {
    float[] target = targetLogits(hash);
    float[] logits = new float[spec.draftVocabulary()];
    for (int i = 0; i < logits.length; i++) {
      int token = targetToken(i);
      logits[i] = target[token] + draftNoise * unit(Noise.bits(hash ^ 0x5DEECE66DL, token));
    }
    return logits;
  }

  float[] noise(Sampling sampling, int position) {
    long key = Noise.key(sampling.rowSeed(), position);
    float[] noise = new float[spec.draftVocabulary()];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = sampling.greedy() ? 0 : Noise.gumbel(key, targetToken(i));
    }
    return noise;
  }

  /** log_softmax(beta * l + gamma * g) over the draft's vocabulary. */
  float[] draftLogProbs(long hash, Sampling sampling, Drafting drafting, int position) {
    float[] logits = draftLogits(hash);
    long key = Noise.key(sampling.rowSeed(), position);
    double[] scores = new double[spec.draftVocabulary()];
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < scores.length; i++) {
      int token = targetToken(i);
      double gamma = drafting.gamma();
      scores[i] = drafting.beta() * logits[i] + (gamma == 0 ? 0 : gamma * Noise.gumbel(key, token));
      max = Math.max(max, scores[i]);
    }
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score - max);
    }
    float[] logProbs = new float[scores.length];
    for (int i = 0; i < scores.length; i++) {
      logProbs[i] = (float) Math.min(0, scores[i] - max - Math.log(sum));
    }
    return logProbs;
  }

  /** The draft's vocabulary is spread evenly over the target's. */
  int targetToken(int draftToken) {
    return (int) ((long) draftToken * spec.vocabulary() / spec.draftVocabulary());
  }

  /** Indices of the largest values, in their order. */
  static int[] best(float[] values, int count) {
    int[] best = new int[count];
    boolean[] used = new boolean[values.length];
    for (int i = 0; i < count; i++) {
      int next = -1;
      for (int j = 0; j < values.length; j++) {
        if (!used[j] && (next < 0 || values[j] > values[next])) {
          next = j;
        }
      }
      used[next] = true;
      best[i] = next;
    }
    return best;
  }

  /** How far a value is from the mean of all under probabilities. */
  static float deviation(float[] values, float[] logProbs, int index) {
    double mean = 0;
    for (int i = 0; i < values.length; i++) {
      mean += Math.exp(logProbs[i]) * values[i];
    }
    return (float) (values[index] - mean);
  }

  /** A number in [-1, 1). */
  private static float unit(long bits) {
    return (bits >> 40) * 0x1p-23f;
  }
}
