package io.talon.stats;

/**
 * Sums over many generations; every figure made from them is a ratio of sums, so long generations weigh more than short ones.
 *
 * @param generations generations summed; each has one more token than its rounds committed, the one that prefill chose
 * @param rounds target forwards after prefill, N_p
 * @param draftForwards draft forwards, N_q
 * @param draftTokens tree nodes verified, roots not counted
 * @param acceptedDraftTokens draft tokens that were accepted and kept
 * @param roundTokens tokens that rounds committed and that were kept, L
 * @param prefillNanos time of the prefills
 * @param draftNanos time of draft forwards, counted once for every sequence that shared them
 * @param verifyNanos time of target forwards, counted once for every sequence that shared them
 * @param hostNanos time outside native calls, counted likewise
 * @param decodeNanos time of rounds, counted likewise
 */
public record DecodeTotals(
    long generations,
    long rounds,
    long draftForwards,
    long draftTokens,
    long acceptedDraftTokens,
    long roundTokens,
    long prefillNanos,
    long draftNanos,
    long verifyNanos,
    long hostNanos,
    long decodeNanos) {
  public static final DecodeTotals ZERO = new DecodeTotals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** The sums with one more generation. */
  public DecodeTotals plus(DecodeStats stats) {
    return plus(
        new DecodeTotals(
            1,
            stats.rounds(),
            stats.draftForwards(),
            stats.draftTokens(),
            stats.acceptedDraftTokens(),
            stats.roundTokens(),
            stats.prefillNanos(),
            stats.draftNanos(),
            stats.verifyNanos(),
            stats.hostNanos(),
            stats.decodeNanos()));
  }

  public DecodeTotals plus(DecodeTotals other) {
    return new DecodeTotals(
        generations + other.generations,
        rounds + other.rounds,
        draftForwards + other.draftForwards,
        draftTokens + other.draftTokens,
        acceptedDraftTokens + other.acceptedDraftTokens,
        roundTokens + other.roundTokens,
        prefillNanos + other.prefillNanos,
        draftNanos + other.draftNanos,
        verifyNanos + other.verifyNanos,
        hostNanos + other.hostNanos,
        decodeNanos + other.decodeNanos);
  }

  /** Tokens generated, those that prefill chose included. */
  public long tokens() {
    return generations + roundTokens;
  }

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

  /** Decoding speed of one sequence, prefill left out: L per second of round time; 0 when there was no round. */
  public double tokensPerSecond() {
    return Ratios.ratio(roundTokens, decodeNanos) * 1e9;
  }

  /** Throughput of everything that ran within a stretch of wall-clock time: all tokens per second. */
  public double tokensPerSecond(long wallNanos) {
    return Ratios.ratio(tokens(), wallNanos) * 1e9;
  }
}
