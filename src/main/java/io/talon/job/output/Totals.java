package io.talon.job.output;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.talon.stats.Ratios;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Sums over generations; every figure of a summary is a ratio of these.
 *
 * @param prompts input rows with a generation
 * @param tokens generated tokens
 * @param rounds N_p
 * @param roundTokens L
 * @param draftForwards N_q
 * @param decodeMs time of decoding, summed over sequences
 * @param comparedTokens L of the turns that were also decoded plainly, and so on
 * @param unequal of these, those whose plain text differs
 * @param quarantined rows in quarantine
 */
public record Totals(
    long prompts,
    long generations,
    long tokens,
    long rounds,
    long roundTokens,
    long draftForwards,
    long draftTokens,
    long acceptedDraftTokens,
    double decodeMs,
    long compared,
    long comparedTokens,
    double comparedMs,
    long plainTokens,
    double plainMs,
    long unequal,
    long quarantined) {
  private static final double MILLIS_PER_HOUR = 3.6e6;
  private static final double MILLION = 1e6;

  /**
   * What a million generated tokens cost, in the currency of the price.
   *
   * @param measured the hours that were not spent on plain decoding; null without tokens
   * @param plain what plain decoding would have cost; null where it was not measured
   */
  public record Cost(Double measured, Double plain) {}

  public static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  private static final String NO_CATEGORY = "(none)";

  /**
   * Sums a staging table by category.
   *
   * @param category column of the input, null for one nameless category
   */
  public static SortedMap<String, Totals> byCategory(Dataset<Row> staged, String category) {
    SortedMap<String, Totals> totals = new TreeMap<>();
    Column ofGeneration =
        category == null ? lit("") : col("generation.`" + Schemas.passThroughName(category) + "`").cast("string");
    Column ofBadRow = category == null ? lit("") : get_json_object(col("quarantine.input_row"), "$['" + category + "']");
    Column compared = col("baseline").isNotNull();
    staged
        .where(col("generation").isNotNull())
        .groupBy(coalesce(ofGeneration, lit(NO_CATEGORY)))
        .agg(
            countDistinct(col("generation.prompt_id")),
            count(lit(1)),
            sum("generation.completion_tokens"),
            sum("generation.num_rounds"),
            sum(col("generation.completion_tokens").minus(1)),
            sum("generation.num_draft_forwards"),
            sum("generation.num_draft_tokens"),
            sum("generation.num_accepted_draft_tokens"),
            sum("generation.decode_ms"),
            count(when(compared, 1)),
            coalesce(sum(when(compared, col("generation.completion_tokens").minus(1))), lit(0L)),
            coalesce(sum(when(compared, col("generation.decode_ms"))), lit(0.0)),
            coalesce(sum("baseline.tokens"), lit(0L)),
            coalesce(sum("baseline.decode_ms"), lit(0.0)),
            count(when(not(col("baseline.equal")), 1)))
        .collectAsList()
        .forEach(row -> totals.put(row.getString(0), of(row)));
    staged
        .where(col("quarantine").isNotNull())
        .groupBy(coalesce(ofBadRow, lit(NO_CATEGORY)))
        .count()
        .collectAsList()
        .forEach(row -> totals.merge(row.getString(0), NONE.withQuarantined(row.getLong(1)), Totals::plus));
    return totals;
  }

  private static Totals of(Row row) {
    return new Totals(
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        row.getLong(4),
        row.getLong(5),
        row.getLong(6),
        row.getLong(7),
        row.getLong(8),
        row.getDouble(9),
        row.getLong(10),
        row.getLong(11),
        row.getDouble(12),
        row.getLong(13),
        row.getDouble(14),
        row.getLong(15),
        0);
  }

  public Totals plus(Totals other) {
    return new Totals(
        prompts + other.prompts,
        generations + other.generations,
        tokens + other.tokens,
        rounds + other.rounds,
        roundTokens + other.roundTokens,
        draftForwards + other.draftForwards,
        draftTokens + other.draftTokens,
        acceptedDraftTokens + other.acceptedDraftTokens,
        decodeMs + other.decodeMs,
        compared + other.compared,
        comparedTokens + other.comparedTokens,
        comparedMs + other.comparedMs,
        plainTokens + other.plainTokens,
        plainMs + other.plainMs,
        unequal + other.unequal,
        quarantined + other.quarantined);
  }

  /** tau; null without rounds, as every ratio here is null where there is nothing to divide by. */
  public Double meanAcceptedTokens() {
    return rounds == 0 ? null : Ratios.meanAcceptedTokens(roundTokens, rounds);
  }

  /** delta. */
  public Double draftEfficiency() {
    return rounds == 0 ? null : Ratios.draftEfficiency(draftForwards, rounds);
  }

  public Double acceptanceRate() {
    return draftTokens == 0 ? null : Ratios.draftAcceptanceRate(acceptedDraftTokens, draftTokens);
  }

  /** Tokens per second of a sequence while it decodes. */
  public Double tokensPerSecond() {
    return ratio(roundTokens * 1e3, decodeMs);
  }

  /** How much faster than plain decoding the compared turns were, beside the same number of neighbours. */
  public Double speedup() {
    Double speed = ratio(comparedTokens, comparedMs);
    Double plain = ratio(plainTokens, plainMs);
    return speed == null || plain == null || plain == 0 ? null : speed / plain;
  }

  /**
   * Price of a million tokens; the time of a baseline is taken off by the share that it had of the sequences' time.
   *
   * @param decoding wall-clock time of the decoding
   * @param hourPrice of all machines
   */
  public Cost cost(Duration decoding, double hourPrice) {
    double drafting = decodeMs + plainMs == 0 ? 1 : decodeMs / (decodeMs + plainMs);
    Double measured = ratio(decoding.toMillis() / MILLIS_PER_HOUR * drafting * hourPrice * MILLION, tokens);
    Double speedup = speedup();
    return new Cost(measured, measured == null || speedup == null ? null : measured * speedup);
  }

  private Totals withQuarantined(long rows) {
    return new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, rows);
  }

  private static Double ratio(double numerator, double denominator) {
    return denominator == 0 ? null : numerator / denominator;
  }
}
