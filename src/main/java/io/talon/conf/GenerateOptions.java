package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.time.Duration;
import java.util.List;

/**
 * All options of {@code talon generate}.
 *
 * @param format of what goes to the output
 * @param batch sequences that one engine decodes together
 * @param baseline prompts that are also decoded plainly
 * @param roundStats prompts whose rounds are kept; null to choose by rows
 * @param partitions 0 to choose by rows and cores
 * @param maxErrorRate share of bad rows that fails the job
 * @param hourPrice what an hour of all the machines costs, 0 where nobody asks
 * @param rowTimeout time that one generation may take, zero for any
 * @param run how the run goes on, and what becomes of bad rows
 * @param unheeded options that were set and that the chosen policy does not read
 * @param changes the options that differ from their defaults, as they would be typed
 * @param json the options as one JSON object, for the table runs
 */
public record GenerateOptions(
    InputOptions input,
    String output,
    OutputFormat format,
    ModelOptions models,
    DraftOptions draft,
    TextOptions text,
    int batch,
    Share baseline,
    Share roundStats,
    int partitions,
    double maxErrorRate,
    double hourPrice,
    Duration rowTimeout,
    RunOptions run,
    List<String> unheeded,
    String changes,
    String json) {
  private static final long ALL_ROUNDS_ROWS = 20_000;
  private static final Share SOME_ROUNDS = new Share(0.01);

  public GenerateOptions {
    checkBatch(batch);
    check(partitions >= 0, ErrorCode.BAD_OPTION, "partitions must be 0 (automatic) or more: %s", partitions);
    check(
        maxErrorRate >= 0 && maxErrorRate <= 1, ErrorCode.BAD_OPTION, "max-error-rate must be in [0, 1]: %s", maxErrorRate);
    check(hourPrice >= 0, ErrorCode.BAD_OPTION, "hour-price must be 0 (not asked for) or more: %s", hourPrice);
    models.checkServes(draft.policy());
  }

  /** Reads and checks the options. */
  public static GenerateOptions of(Settings settings) {
    DraftOptions draft = DraftOptions.of(settings.required(Key.POLICY), settings.integer(Key.BUDGET), settings);
    return new GenerateOptions(
        InputOptions.of(settings),
        settings.required(Key.OUTPUT),
        OutputFormat.of(settings.required(Key.OUTPUT_FORMAT)),
        models(settings),
        draft,
        TextOptions.of(settings.integer(Key.SAMPLES), settings),
        settings.integer(Key.BATCH),
        Share.of(Key.BASELINE, settings.required(Key.BASELINE)),
        roundStats(settings.required(Key.ROUND_STATS)),
        settings.integer(Key.PARTITIONS),
        settings.decimal(Key.MAX_ERROR_RATE),
        settings.decimal(Key.HOUR_PRICE),
        settings.duration(Key.ROW_TIMEOUT),
        RunOptions.of(settings),
        Policies.unheeded(draft.policy().label(), settings),
        settings.changes(),
        settings.toJson());
  }

  private static ModelOptions models(Settings settings) {
    ModelOptions models = ModelOptions.of(settings);
    return models.shared(settings.integer(Key.ENGINES), models.threads());
  }

  /** The share of the prompts whose rounds are kept, of an input of so many rows. */
  public Share roundStats(long rows) {
    if (roundStats != null) {
      return roundStats;
    }
    return rows <= ALL_ROUNDS_ROWS ? Share.ALL : SOME_ROUNDS;
  }

  private static Share roundStats(String text) {
    return text.equals("auto") ? null : Share.of(Key.ROUND_STATS, text);
  }

  /** The same options with the type that a run was found to compute in. */
  public GenerateOptions withDtype(String decided) {
    return new GenerateOptions(
        input, output, format, models.withDtype(decided), draft, text, batch, baseline, roundStats, partitions, maxErrorRate,
        hourPrice, rowTimeout, run, unheeded, changes, json);
  }

  static void checkBatch(int batch) {
    check(batch >= 1 && batch <= 1024, ErrorCode.BAD_OPTION, "batch must be in [1, 1024]: %s", batch);
  }
}
