package io.talon.job.output;

import io.talon.ErrorCode;
import io.talon.decode.Generation;
import io.talon.request.InputRow;
import io.talon.serve.RowWork;
import io.talon.stats.DecodeStats;
import io.talon.text.Reasoning;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of a caller's table with a struct more: what was generated, or why nothing was.
 *
 * <p>The fields mean what the columns of the table of generations mean; times are milliseconds.
 */
public final class GenerationColumn implements DecodedRows {
  /** The struct; of a bad row everything but {@code error} is null. */
  public static final StructType SCHEMA = new StructType()
      .add("text", DataTypes.StringType)
      .add("reasoning", DataTypes.StringType)
      .add("tokens", DataTypes.createArrayType(DataTypes.IntegerType, false))
      .add("finish_reason", DataTypes.StringType)
      .add("sample_idx", DataTypes.IntegerType)
      .add("turn_idx", DataTypes.IntegerType)
      .add("prompt_tokens", DataTypes.IntegerType)
      .add("tau", DataTypes.DoubleType)
      .add("delta", DataTypes.DoubleType)
      .add("rounds", DataTypes.IntegerType)
      .add("min_margin", DataTypes.FloatType)
      .add("prefill_ms", DataTypes.DoubleType)
      .add("decode_ms", DataTypes.DoubleType)
      .add("error", new StructType().add("code", DataTypes.StringType).add("message", DataTypes.StringType));

  private static final double NANOS_PER_MILLI = 1e6;

  @Override
  public Row generation(Generation generation, RowWork row, String promptText, String text, Generation baseline) {
    DecodeStats stats = generation.stats();
    Reasoning parted = Reasoning.split(promptText, text);
    boolean rounds = stats.rounds() > 0;
    return with(
        row.input(),
        parted.answer(),
        parted.thoughts(),
        Arrays.stream(generation.tokens()).boxed().toArray(Integer[]::new), // Spark's encoder takes arrays of objects only
        generation.finishReason().name().toLowerCase(Locale.ROOT),
        generation.request().sampleIdx(),
        generation.request().turnIdx(),
        generation.request().prompt().length,
        rounds ? stats.meanAcceptedTokens() : null,
        rounds ? stats.draftEfficiency() : null,
        stats.rounds(),
        Float.isInfinite(stats.minMargin()) ? null : stats.minMargin(),
        stats.prefillNanos() / NANOS_PER_MILLI,
        stats.decodeNanos() / NANOS_PER_MILLI,
        null);
  }

  @Override
  public Row quarantine(InputRow row, ErrorCode code, String message, int attempts) {
    Object[] fields = new Object[SCHEMA.size()];
    fields[fields.length - 1] = RowFactory.create(code.name(), message);
    return with(row, fields);
  }

  private static Row with(InputRow row, Object... fields) {
    List<Object> columns = row.passThrough();
    Object[] values = columns.toArray(new Object[columns.size() + 1]);
    values[columns.size()] = RowFactory.create(fields);
    return RowFactory.create(values);
  }
}
