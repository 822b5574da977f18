package io.talon.engine;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.nio.file.Path;

/**
 * What to open.
 *
 * @param target directory of the target model
 * @param draft directory of the EAGLE-3 head or of a small model that drafts, or null for neither
 * @param dtype compute type, or AUTO for what is fastest on this device
 * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param threads CPU threads, 0 for the library's own choice
 * @param slots sequences that can live at once
 * @param maxContext tokens a sequence may have, 0 for the model's limit, 4096 at most
 * @param maxTreeRows rows of one tree, the root included
 * @param maxDraftRows draft rows of one slot in one round, the root's expansion included
 * @param exact whether a row of the target must come out the same, bit for bit, whatever runs beside it
 * @param draftWeights what the linear layers of the draft are kept in
 */
public record EngineOptions(
    Path target,
    Path draft,
    ComputeType dtype,
    String device,
    int threads,
    int slots,
    int maxContext,
    int maxTreeRows,
    int maxDraftRows,
    boolean exact,
    DraftWeights draftWeights) {
  public EngineOptions {
    check(slots >= 1, ErrorCode.BAD_OPTION, "batch must be 1 or more: %s", slots);
    check(threads >= 0, ErrorCode.BAD_OPTION, "threads must be 0 (automatic) or more: %s", threads);
    check(maxContext >= 0, ErrorCode.BAD_OPTION, "max context must be 0 (the model's) or more: %s", maxContext);
    check(maxTreeRows >= 1, ErrorCode.BAD_OPTION, "a tree has at least one row: %s", maxTreeRows);
    check(maxDraftRows >= 1, ErrorCode.BAD_OPTION, "a draft has at least one row: %s", maxDraftRows);
    check(device.matches("cpu|cuda(:\\d+)?"), ErrorCode.BAD_OPTION, "device must be cpu, cuda or cuda:N: %s", device);
  }

  /** The same for the target alone, in a context of its own. */
  public EngineOptions targetAlone(int context) {
    return new EngineOptions(target, null, dtype, device, threads, slots, context, maxTreeRows, 1, exact, draftWeights);
  }
}
