package io.talon.stats;

/**
 * Counters of one generation. Prefill and the token it yields count nowhere but in {@code prefillNanos}.
 *
 * @param rounds target forwards after prefill, N_p
 * @param draftForwards draft forwards, the root's expansion included, N_q
 * @param draftTokens tree nodes verified, roots not counted
 * @param acceptedDraftTokens draft tokens that were accepted and kept
 * @param roundTokens tokens that rounds committed and that were kept, L: accepted ones and bonus tokens
 * @param minMargin smallest distance, over the tokens that were kept, between the winner's score and the runner-up's, noise
 *     included; the token of prefill counts, and infinite says that there never was a runner-up
 * @param acceptanceHistogram rounds by number of accepted draft tokens // [0 .. largest]
 * @param prefillNanos its share, by tokens, of the forwards in which its prompt ran with others
 * @param draftNanos time of the draft forwards while this sequence lived, shared with its neighbours
 * @param verifyNanos time of the target forwards while this sequence lived, shared with its neighbours
 * @param hostNanos {@code decodeNanos} less the engine's draft, verify and commit calls: growing trees, walks, bookkeeping and
 *     stop tests of all sequences of the round
 * @param decodeNanos time of all rounds while this sequence lived, prefills of others left out: draft, verify, commit and host
 */
public record DecodeStats(
    int rounds,
    int draftForwards,
    int draftTokens,
    int acceptedDraftTokens,
    int roundTokens,
    float minMargin,
    int[] acceptanceHistogram,
    long prefillNanos,
    long draftNanos,
    long verifyNanos,
    long hostNanos,
    long decodeNanos) {

  /** tau, see {@link Ratios}. */
  public double meanAcceptedTokens() {
    return Ratios.meanAcceptedTokens(roundTokens, rounds);
  }

  /** delta, see {@link Ratios}. */
  public double draftEfficiency() {
    return Ratios.draftEfficiency(draftForwards, rounds);
  }

  /** Accepted share of the drafted tokens; 0 when none was drafted. */
  public double draftAcceptanceRate() {
    return Ratios.draftAcceptanceRate(acceptedDraftTokens, draftTokens);
  }
}
