package io.talon.stats;

/** What the figures of drafting are, each a ratio of counts or of their sums; 0 where there is nothing to divide by. */
public final class Ratios {
  private Ratios() {}

  /**
   * tau = L / N_p: tokens that a round commits, the bonus token included.
   *
   * @param roundTokens tokens that rounds committed and that were kept, L
   * @param rounds target forwards after prefill, N_p
   */
  public static double meanAcceptedTokens(long roundTokens, long rounds) {
    return ratio(roundTokens, rounds);
  }

  /**
   * delta = N_q / N_p: draft forwards that a round takes.
   *
   * @param draftForwards draft forwards, the root's expansion included, N_q
   * @param rounds target forwards after prefill, N_p
   */
  public static double draftEfficiency(long draftForwards, long rounds) {
    return ratio(draftForwards, rounds);
  }

  /**
   * Accepted share of the drafted tokens.
   *
   * @param accepted draft tokens that were accepted and kept
   * @param drafted tree nodes verified, roots not counted
   */
  public static double draftAcceptanceRate(long accepted, long drafted) {
    return ratio(accepted, drafted);
  }

  static double ratio(long numerator, long denominator) {
    return denominator == 0 ? 0 : (double) numerator / denominator;
  }
}
