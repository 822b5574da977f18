package io.talon.decode;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.engine.Sampling;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * One text to generate.
 *
 * @param id tells the requests of an engine apart; 0 until somebody numbers them
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
    long id,
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

  /** A request without a number, whose rounds are not recorded. */
  public GenerationRequest(
      String promptId,
      int sampleIdx,
      int turnIdx,
      int[] prompt,
      Sampling sampling,
      int maxNewTokens,
      Supplier<IntPredicate> stop) {
    this(0, promptId, sampleIdx, turnIdx, prompt, sampling, maxNewTokens, stop, false);
  }

  /** The same request with its rounds recorded. */
  public GenerationRequest recorded() {
    return new GenerationRequest(id, promptId, sampleIdx, turnIdx, prompt, sampling, maxNewTokens, stop, true);
  }

  /** The same request without a record of its rounds. */
  public GenerationRequest unrecorded() {
    return new GenerationRequest(id, promptId, sampleIdx, turnIdx, prompt, sampling, maxNewTokens, stop, false);
  }

  /** The same request under a number. */
  public GenerationRequest numbered(long number) {
    return new GenerationRequest(
        number, promptId, sampleIdx, turnIdx, prompt, sampling, maxNewTokens, stop, recordsRounds);
  }
}
