package io.talon.audit;

import io.talon.conf.TextOptions;
import io.talon.decode.GenerationRequest;
import io.talon.serve.ModelText;

/**
 * A generation as a run recorded it.
 *
 * @param promptText what the model read
 * @param text what came of it
 * @param tokens the same as ids
 * @param options how it was decoded
 */
public record AuditedRow(
    String promptId, int sampleIdx, int turnIdx, String promptText, String text, int[] tokens, TextOptions options) {
  /** What to decode to get the same again. */
  GenerationRequest request(ModelText model) {
    return new GenerationRequest(
        promptId,
        sampleIdx,
        turnIdx,
        model.encode(promptText),
        options.sampling(promptId, sampleIdx),
        options.maxNewTokens(),
        model.stop(options.stop()));
  }
}
