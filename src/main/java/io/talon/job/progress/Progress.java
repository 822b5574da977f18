package io.talon.job.progress;

import io.talon.decode.Generation;
import io.talon.stats.Ratios;
import java.io.Serializable;

/**
 * What tasks count while they run.
 *
 * @param begun input rows that were begun, those that are through included
 * @param rows input rows that are through, bad ones included
 * @param badRows input rows in quarantine
 * @param generations finished turns
 * @param tokens generated tokens
 * @param rounds decode rounds, N_p
 * @param roundTokens tokens that rounds committed, L
 * @param baselines turns that were also decoded plainly
 * @param unequalBaselines of these, those whose plain text differs
 */
public record Progress(
    long begun,
    long rows,
    long badRows,
    long generations,
    long tokens,
    long rounds,
    long roundTokens,
    long baselines,
    long unequalBaselines)
    implements Serializable {
  public static final Progress NONE = new Progress(0, 0, 0, 0, 0, 0, 0, 0, 0);
  public static final Progress BEGUN = new Progress(1, 0, 0, 0, 0, 0, 0, 0, 0);
  public static final Progress ROW = new Progress(0, 1, 0, 0, 0, 0, 0, 0, 0);
  public static final Progress BAD_ROW = new Progress(0, 0, 1, 0, 0, 0, 0, 0, 0);

  /** What was done before, without what was compared. */
  public static Progress of(
      long goodRows, long badRows, long generations, long tokens, long rounds, long roundTokens) {
    long rows = goodRows + badRows;
    return new Progress(rows, rows, badRows, generations, tokens, rounds, roundTokens, 0, 0);
  }

  /** One finished turn. */
  public static Progress of(Generation generation) {
    return new Progress(
        0, 0, 0, 1, generation.tokens().length, generation.stats().rounds(), generation.stats().roundTokens(), 0, 0);
  }

  /** Tokens of a turn that came to nothing. */
  public static Progress ofTokens(long tokens) {
    return new Progress(0, 0, 0, 0, tokens, 0, 0, 0, 0);
  }

  /** One plain decoding of a turn. */
  public static Progress ofBaseline(Generation generation, Generation baseline) {
    return new Progress(0, 0, 0, 0, 0, 0, 0, 1, baseline.sameTokens(generation) ? 0 : 1);
  }

  public Progress plus(Progress other) {
    return new Progress(
        begun + other.begun,
        rows + other.rows,
        badRows + other.badRows,
        generations + other.generations,
        tokens + other.tokens,
        rounds + other.rounds,
        roundTokens + other.roundTokens,
        baselines + other.baselines,
        unequalBaselines + other.unequalBaselines);
  }

  /** tau so far, 0 before the first round. */
  double meanAcceptedTokens() {
    return Ratios.meanAcceptedTokens(roundTokens, rounds);
  }
}
