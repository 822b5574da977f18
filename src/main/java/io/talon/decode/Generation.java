package io.talon.decode;

import io.talon.stats.DecodeStats;
import io.talon.stats.RoundRecord;
import java.util.Arrays;
import java.util.List;

/**
 * A finished generation.
 *
 * @param tokens the generated ids, an end-of-sequence token included; with a stop string, up to the token that completes it
 * @param rounds one record per round, empty unless they were asked for
 */
public record Generation(
    GenerationRequest request, int[] tokens, FinishReason finishReason, DecodeStats stats, List<RoundRecord> rounds) {
  /** Whether another decoding of the same request wrote the same text. */
  public boolean sameTokens(Generation other) {
    return Arrays.equals(tokens, other.tokens);
  }
}
