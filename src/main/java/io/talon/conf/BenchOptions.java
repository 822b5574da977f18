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

  /** A policy with every budget, or with budget, width and gate that its name has behind colons. */
  private static Stream<DraftOptions> drafts(String text, List<Integer> budgets, Settings settings) {
    String[] parts = text.split(":", -1);
    if (parts.length == 1) {
      return budgets.stream().distinct().map(budget -> DraftOptions.of(text, budget, settings));
    }
    check(
        text.matches("[^:]*:\\d{1,4}(:\\d{1,4}(:[^:]+)?)?"),
        ErrorCode.BAD_OPTION,
        "policies must be names, NAME:BUDGET, NAME:BUDGET:WIDTH or NAME:BUDGET:WIDTH:MU: %s",
        text);
    Settings own = parts.length > 2 ? settings.with(Key.WIDTH, parts[2]) : settings;
    own = parts.length > 3 ? own.with(Key.MU, parts[3]) : own;
    return Stream.of(DraftOptions.of(parts[0], Integer.parseInt(parts[1]), own));
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
