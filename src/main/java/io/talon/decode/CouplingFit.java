package io.talon.decode;

import io.talon.engine.Candidates;

/**
 * Fits beta and gamma of {@code log_softmax(beta * l + gamma * g)} by maximum likelihood, while running.
 *
 * <p>The two are the coefficients of a logistic model of which token the target chose, and every node that a walk visits is one
 * observation: one of the candidates, or none of them. Each brings the gradient and the Fisher information of its log-likelihood
 * at the coefficients that its scores were made with; their sum, old ones fading, is a quadratic whose maximum is one Newton
 * step away. It is held at (1, 0) while observations are few. Allocates nothing.
 */
final class CouplingFit {
  private static final double KEEP = 0.9985; // of the weight of what was seen before
  private static final double HOLD = 12; // information that (1, 0) weighs
  private static final double LEAST_BETA = 0.2;
  private static final double LARGEST = 5;
  private static final double LEAST_REST = 0.01; // probability of all other tokens together, as a divisor
  private static final double LARGEST_STEP = 25; // of a gradient's component: one odd choice must not turn everything over

  private double seen;
  private double bb; // information, beta with itself, and so on
  private double bg;
  private double gg;
  private double b; // gradient, and information times coefficients, summed
  private double g;
  private double beta = 1;
  private double gamma;

  /**
   * Takes one observation in.
   *
   * @param atBeta coefficients that the scores were made with
   * @param row of the candidates
   * @param token that the target chose
   */
  void observe(double atBeta, double atGamma, Candidates candidates, int row, int token) {
    int first = row * candidates.width();
    boolean noisy = candidates.noise() != null;
    double mass = 0;
    double meanL = 0;
    double meanG = 0;
    double ll = 0;
    double lg = 0;
    double nn = 0;
    int chosen = -1;
    for (int i = first; i < first + candidates.width(); i++) {
      double p = Math.exp(candidates.logProbs()[i]);
      double l = candidates.logits()[i];
      double n = noisy ? candidates.noise()[i] : 0;
      mass += p;
      meanL += p * l;
      meanG += p * n;
      ll += p * l * l;
      lg += p * l * n;
      nn += p * n * n;
      chosen = candidates.tokens()[i] == token ? i : chosen;
    }
    double rest = Math.max(LEAST_REST, 1 - mass);
    double stepL = clipped(chosen < 0 ? -meanL / rest : candidates.logits()[chosen]);
    double stepG = clipped(chosen < 0 ? -meanG / rest : noisy ? candidates.noise()[chosen] : 0);
    if (!Double.isFinite(ll + nn + stepL + stepG)) {
      return; // a draft that computed no numbers says nothing
    }
    double infoL = ll + meanL * meanL / rest;
    double infoB = lg + meanL * meanG / rest;
    double infoG = nn + meanG * meanG / rest;
    seen = KEEP * seen + 1;
    bb = KEEP * bb + infoL;
    bg = KEEP * bg + infoB;
    gg = KEEP * gg + infoG;
    b = KEEP * b + stepL + infoL * atBeta + infoB * atGamma;
    g = KEEP * g + stepG + infoB * atBeta + infoG * atGamma;
  }

  /** Moves the coefficients to the maximum of what was seen. */
  void refit() {
    double determinant = (bb + HOLD) * (gg + HOLD) - bg * bg;
    double newBeta = ((b + HOLD) * (gg + HOLD) - g * bg) / determinant;
    double newGamma = (g * (bb + HOLD) - (b + HOLD) * bg) / determinant;
    beta = Math.max(LEAST_BETA, Math.min(LARGEST, newBeta));
    gamma = Math.max(0, Math.min(LARGEST, newGamma));
  }

  private static double clipped(double step) {
    return Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, step));
  }

  double beta() {
    return beta;
  }

  double gamma() {
    return gamma;
  }

  /** Observations, old ones faded. */
  double seen() {
    return seen;
  }
}
