package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.decode.Coupling;
import io.talon.draft.policy.NoDraft;
import java.util.List;
import java.util.stream.Stream;

/**
 * All options of {@code talon bench}.
 *
 * @param plain plain decoding, the reference
 * @param drafts what is compared with it: every policy with every budget
 * @param batches batch sizes; each is measured with an engine of its own
 * @param json where the measurements go, null for nowhere
 * @param repeats rounds over all combinations
 */
public record BenchOptions(
    InputOptions input,
    ModelOptions models,
    DraftOptions plain,
    List<DraftOptions> drafts,
    List<Integer> batches,
    TextOptions text,
    String json,
    int repeats) {
  public BenchOptions {
    batches.forEach(GenerateOptions::checkBatch);
    check(!batches.isEmpty(), ErrorCode.BAD_OPTION, "batches must name at least one batch size: %s", batches);
    check(repeats >= 1, ErrorCode.BAD_OPTION, "repeats must be 1 or more: %s", repeats);
    drafts.forEach(draft -> models.checkServes(draft.policy()));
    drafts = List.copyOf(drafts);
    batches = List.copyOf(batches);
  }

  /** A policy with every budget, or with the one that its name has behind a colon. */
  private static Stream<DraftOptions> drafts(String text, List<Integer> budgets, Settings settings) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      return budgets.stream().distinct().map(budget -> DraftOptions.of(text, budget, settings));
    }
    check(
        text.substring(colon + 1).matches("\\d{1,4}"),
        ErrorCode.BAD_OPTION,
        "policies must be names, or NAME:BUDGET: %s",
        text);
    return Stream.of(DraftOptions.of(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)), settings));
  }

  /** Reads and checks the options. */
  public static BenchOptions of(Settings settings) {
    List<Integer> budgets = settings.integers(Key.BUDGETS);
    List<DraftOptions> drafts =
        settings.list(Key.POLICIES).stream()
            .distinct()
            .flatMap(policy -> drafts(policy, budgets, settings))
            .filter(draft -> draft.policy().drafts())
            .distinct() // auto has no budget
            .toList();
    return new BenchOptions(
        InputOptions.of(settings),
        ModelOptions.of(settings),
        new DraftOptions(new NoDraft(), 1, new Coupling.None()),
        drafts,
        settings.integers(Key.BATCHES).stream().distinct().toList(),
        TextOptions.of(1, settings),
        settings.text(Key.JSON).orElse(null),
        settings.integer(Key.REPEATS));
  }
}
