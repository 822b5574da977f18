package io.talon.engine;

/**
 * How the draft scores its candidates for a sequence: {@code log_softmax(beta * l + gamma * g)}, g the target's own noise.
 *
 * @param enabled whether the engine keeps the features that the head needs; off for plain decoding
 * @param beta scale of the draft's logits, 1 in the paper
 * @param gamma weight of the noise, 0 in the paper, the temperature for full coupling
 * @param watch what candidates say beside their scores
 */
public record Drafting(boolean enabled, double beta, double gamma, Watch watch) {
  /** What a draft says of its candidates beside their log-probabilities, so that beta and gamma can be fitted. */
  public enum Watch {
    NOTHING,
    /** How far their logits are above the mean. */
    LOGITS,
    /** Their noise, too. */
    NOISE
  }

  /** Plain decoding: no draft, no features kept. */
  public static final Drafting OFF = new Drafting(false, 1, 0);
  /** The paper's drafting. */
  public static final Drafting UNCOUPLED = new Drafting(true, 1, 0);

  /** A draft that says nothing but scores. */
  public Drafting(boolean enabled, double beta, double gamma) {
    this(enabled, beta, gamma, Watch.NOTHING);
  }

  public static Drafting coupled(double beta, double gamma) {
    return new Drafting(true, beta, gamma);
  }

  /** The same with more, or less, to say. */
  public Drafting watched(Watch what) {
    return new Drafting(enabled, beta, gamma, what);
  }
}
