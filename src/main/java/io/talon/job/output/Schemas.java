package io.talon.job.output;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;

import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.encoders.ExpressionEncoder;
import org.apache.spark.sql.catalyst.encoders.RowEncoder;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Columns of the tables. Times end in {@code _ms}; a ratio is null where its denominator is 0.
 *
 * <p>{@code run_id} and {@code wave} are the partition directories and no columns of the files; reading a table yields them.
 */
public final class Schemas {
  private static final ArrayType INTEGERS = DataTypes.createArrayType(IntegerType, false);
  private static final ArrayType FLOATS = DataTypes.createArrayType(FloatType, false);
  private static final ArrayType STRINGS = DataTypes.createArrayType(StringType, false);
  /** Put before the name of an input column that the table of generations needs for itself. */
  private static final String CLASH = "input_";

  private static final StructType KEYS =
      new StructType()
          .add(required("prompt_id", StringType))
          .add(required("sample_idx", IntegerType))
          .add(required("turn_idx", IntegerType));

  private static final StructType ANSWER =
      new StructType()
          .add(required("prompt_text", StringType))
          .add(required("generated_text", StringType))
          .add(optional("reasoning_text", StringType))
          .add(required("generated_token_ids", INTEGERS))
          .add(required("finish_reason", StringType))
          .add(required("prompt_tokens", IntegerType))
          .add(required("completion_tokens", IntegerType))
          .add(required("seed", LongType));

  private static final StructType FIGURES =
      new StructType()
          .add(required("max_new_tokens", IntegerType))
          .add(required("stop", STRINGS))
          .add(required("policy", StringType))
          .add(required("num_rounds", IntegerType))
          .add(required("num_draft_forwards", IntegerType))
          .add(required("num_draft_tokens", IntegerType))
          .add(required("num_accepted_draft_tokens", IntegerType))
          .add(optional("mean_accepted_tokens", DoubleType))
          .add(optional("draft_efficiency", DoubleType))
          .add(optional("draft_acceptance_rate", DoubleType))
          .add(optional("min_margin", FloatType))
          .add(required("acceptance_histogram", INTEGERS))
          .add(required("prefill_ms", DoubleType))
          .add(required("draft_ms", DoubleType))
          .add(required("verify_ms", DoubleType))
          .add(required("host_ms", DoubleType))
          .add(required("decode_ms", DoubleType))
          .add(optional("tokens_per_s", DoubleType))
          .add(optional("baseline_tokens_per_s", DoubleType))
          .add(optional("speedup", DoubleType))
          .add(required("executor_id", StringType))
          .add(required("device", StringType))
          .add(required("task_attempt", IntegerType))
          .add(required("finished", TimestampType));

  private static final StructType GENERATION = concat(concat(ANSWER, SamplingColumns.schema()), FIGURES);

  private static final StructType ROUND =
      new StructType()
          .add(required("round_idx", IntegerType))
          .add(required("position", IntegerType))
          .add(required("live_slots", IntegerType))
          .add(required("tree_rows", IntegerType))
          .add(required("tree_depth", IntegerType))
          .add(required("widths", INTEGERS))
          .add(required("accepted", IntegerType))
          .add(required("accepted_ranks", INTEGERS))
          .add(required("accepted_rows", INTEGERS))
          .add(required("path_logprob", FloatType))
          .add(required("node_parents", INTEGERS))
          .add(required("node_logprobs", FLOATS))
          .add(optional("min_margin", FloatType))
          .add(required("draft_forwards", IntegerType))
          .add(required("draft_ms", DoubleType))
          .add(required("verify_ms", DoubleType));

  /** Rounds of one generation each. */
  public static final StructType ROUNDS = concat(KEYS, ROUND);

  /** Rows that could not be decoded, one per input row; {@code prompt_id} is null where the row has none. */
  public static final StructType QUARANTINE =
      new StructType()
          .add(optional("prompt_id", StringType))
          .add(required("input_row", StringType))
          .add(required("error_code", StringType))
          .add(required("error_message", StringType))
          .add(required("attempts", IntegerType));

  /** One row per run; nested things are JSON. */
  public static final StructType RUNS =
      new StructType()
          .add(required("run_id", StringType))
          .add(required("started", TimestampType))
          .add(required("ended", TimestampType))
          .add(required("state", StringType))
          .add(required("options", StringType))
          .add(required("fingerprint", StringType))
          .add(required("dtype", StringType))
          .add(required("exact", BooleanType))
          .add(required("device", StringType))
          .add(required("models", StringType))
          .add(required("versions", StringType))
          .add(required("hardware", StringType))
          .add(required("cost_table", StringType))
          .add(required("totals", StringType));

  /** Plain decoding of the same turn, measured beside it. */
  private static final StructType BASELINE =
      new StructType()
          .add(required("tokens", IntegerType))
          .add(required("decode_ms", DoubleType))
          .add(required("equal", BooleanType));

  private Schemas() {}

  /** The table of generations for an input with these columns, which pass through unchanged. */
  public static StructType generations(StructType passThrough) {
    StructType renamed = new StructType();
    for (StructField field : passThrough.fields()) {
      renamed = renamed.add(optional(passThroughName(field.name()), field.dataType()));
    }
    return concat(concat(KEYS, renamed), GENERATION);
  }

  /** What an input column is called among the generations: its own name, unless the table has such a column already. */
  public static String passThroughName(String column) {
    boolean clash = Stream.of(new String[] {"run_id", "wave"}, KEYS.fieldNames(), GENERATION.fieldNames())
        .flatMap(Arrays::stream)
        .anyMatch(column::equalsIgnoreCase);
    return clash ? CLASH + column : column;
  }

  /** What tasks write: either a generation with its rounds, or a row for the quarantine. */
  public static StructType staging(StructType generations) {
    return new StructType()
        .add(optional("generation", generations))
        .add(optional("rounds", DataTypes.createArrayType(ROUND, false)))
        .add(optional("baseline", BASELINE))
        .add(optional("quarantine", QUARANTINE));
  }

  private static StructField required(String name, DataType type) {
    return new StructField(name, type, false, Metadata.empty());
  }

  private static StructField optional(String name, DataType type) {
    return new StructField(name, type, true, Metadata.empty());
  }

  private static StructType concat(StructType first, StructType second) {
    StructType all = first;
    for (StructField field : second.fields()) {
      all = all.add(field);
    }
    return all;
  }

  /** Takes rows of a schema whichever of Java's two kinds of timestamps the session reads and writes. */
  public static Encoder<Row> encoder(StructType schema) {
    return ExpressionEncoder.apply(RowEncoder.encoderFor(schema, true));
  }
}
