package io.talon.decode;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.engine.Sampling;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * One text to generate.
 *
 * @param promptId id of the input row
 * @param sampleIdx which of the prompt's samples
 * @param turnIdx which turn of a conversation
 * @param prompt token ids, at least one
 * @param sampling how the target chooses, row seed included
 * @param maxNewTokens at least one
 * @param stop makes a stateful test that is fed every token in order and says when a stop string is complete; null for none
 * @param recordsRounds whether a record of every round is kept
 */
public record GenerationRequest(
    String promptId,
    int sampleIdx,
    int turnIdx,
    int[] prompt,
    Sampling sampling,
    int maxNewTokens,
    Supplier<IntPredicate> stop,
    boolean recordsRounds) {
  public GenerationRequest {
    check(maxNewTokens >= 1, ErrorCode.BAD_OPTION, "max_new_tokens must be 1 or more: %s", maxNewTokens);
  }

  /** A request whose rounds are not recorded. */
  public GenerationRequest(
      String promptId,
      int sampleIdx,
      int turnIdx,
      int[] prompt,
      Sampling sampling,
      int maxNewTokens,
      Supplier<IntPredicate> stop) {
    this(promptId, sampleIdx, turnIdx, prompt, sampling, maxNewTokens, stop, false);
  }

  /** The same request with its rounds recorded. */
  public GenerationRequest recorded() {
    return new GenerationRequest(promptId, sampleIdx, turnIdx, prompt, sampling, maxNewTokens, stop, true);
  }
}
