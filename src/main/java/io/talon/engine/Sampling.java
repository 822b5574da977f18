package io.talon.engine;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.io.Serializable;

/**
 * How the target chooses a token: argmax of {@code l + temperature * g} after the filters, g the noise of the row seed.
 *
 * @param temperature 0 for greedy decoding
 * @param topK keep the k largest logits, 0 for all
 * @param topP keep the smallest set of tokens whose probability reaches p, 1 for all
 * @param minP drop tokens below this share of the largest probability, 0 for none
 * @param rowSeed key of the noise of this sequence (see {@link Noise#rowSeed})
 */
public record Sampling(double temperature, int topK, double topP, double minP, long rowSeed) implements Serializable {
  public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 0);

  public Sampling {
    check(temperature >= 0 && temperature <= 100, ErrorCode.BAD_OPTION, "temperature must be in [0, 100]: %s", temperature);
    check(topK >= 0, ErrorCode.BAD_OPTION, "top-k must be 0 (off) or more: %s", topK);
    check(topP > 0 && topP <= 1, ErrorCode.BAD_OPTION, "top-p must be in (0, 1]: %s", topP);
    check(minP >= 0 && minP < 1, ErrorCode.BAD_OPTION, "min-p must be in [0, 1): %s", minP);
  }

  public Sampling withTemperature(double value) {
    return new Sampling(value, topK, topP, minP, rowSeed);
  }

  public Sampling withTopK(int value) {
    return new Sampling(temperature, value, topP, minP, rowSeed);
  }

  public Sampling withTopP(double value) {
    return new Sampling(temperature, topK, value, minP, rowSeed);
  }

  public Sampling withMinP(double value) {
    return new Sampling(temperature, topK, topP, value, rowSeed);
  }

  /** The same choice under the noise of a row. */
  public Sampling seeded(long seed) {
    return new Sampling(temperature, topK, topP, minP, seed);
  }

  public boolean greedy() {
    return temperature == 0;
  }
}
