package io.talon.job.waves;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.xxhash64;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.GenerateOptions;
import io.talon.conf.Share;
import io.talon.job.input.Input;
import io.talon.job.output.WaveName;
import io.talon.request.Columns;
import io.talon.request.PromptKind;
import io.talon.run.StopAt;
import io.talon.serve.RowChoice;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The input as a run keeps it until it is done: numbered once, and written by waves, one file per unit of work. A task reads
 * its file and nothing of other tasks, so an executor that dies takes only what it decoded itself with it.
 *
 * @param rows of the whole input
 * @param unitRows of a unit of work at most
 * @param schema of a row, as {@link Input#row} takes it
 */
public record StagedInput(RunDirectory directory, long rows, int unitRows, StructType schema, Columns columns) {
  /**
   * How an input is cut.
   *
   * @param waves units of commitment
   * @param unitRows of a unit of work at most
   */
  public record Cut(int waves, int unitRows) {}

  private static final String PLAN = "_plan.json";
  private static final int OWN_COLUMNS = 2; // id and JSON go before the input's own
  private static final int ROWS_PER_WRITER = 20_000;
  private static final int COMPARED_BEGINNING = 4096; // characters
  private static final String ONE_FILE_EACH = String.valueOf(1L << 40); // what opening a file is said to cost, in bytes

  /** Whether a run has its input already. */
  public static boolean isThere(RunDirectory directory) {
    return directory.has(RunDirectory.INPUT);
  }

  /** Writes the input; it appears whole or not at all. */
  public static StagedInput write(RunDirectory directory, Input input, Cut cut, GenerateOptions options, StopAt stops) {
    directory.delete(RunDirectory.READING);
    directory.makeHidden(RunDirectory.READING);
    Column id = col("c0");
    Column wave = pmod(xxhash64(coalesce(id, col("c1"))), lit(cut.waves()));
    int writers = Math.toIntExact(Math.max(1, input.count() / ROWS_PER_WRITER));
    input
        .rows()
        .toDF(columnNames(input.rows().columns().length))
        .withColumn(WaveName.COLUMN, wave.cast(DataTypes.IntegerType))
        .withColumn("_compared", compared(options, id)) // such rows share units: plain decoding has as many neighbours
        .withColumn("_begin", begin(input)) // prompts that begin alike meet in an engine, which runs their beginning once
        .withColumn("_place", xxhash64(col("c1"), lit("place")))
        .repartitionByRange(writers, col(WaveName.COLUMN), col("_compared"), col("_begin"), col("_place"))
        .sortWithinPartitions(WaveName.COLUMN, "_compared", "_begin", "_place")
        .drop("_compared", "_begin", "_place")
        .write()
        .mode("append")
        .option("maxRecordsPerFile", cut.unitRows())
        .partitionBy(WaveName.COLUMN)
        .parquet(directory.path(RunDirectory.READING));
    StagedInput staged =
        new StagedInput(directory, input.count(), cut.unitRows(), input.rows().schema(), input.columns());
    directory.write(RunDirectory.READING + "/" + PLAN, staged.plan());
    stops.reached(StopAt.READING, 0);
    directory.rename(RunDirectory.READING, RunDirectory.INPUT);
    return staged;
  }

  /** The input that an earlier driver wrote. */
  public static StagedInput open(RunDirectory directory, GenerateOptions options) {
    String text = directory.read(RunDirectory.INPUT + "/" + PLAN);
    try {
      JsonNode plan = new ObjectMapper().readTree(text);
      StructType schema = (StructType) DataType.fromJson(plan.path("schema").asText());
      Columns columns = Columns.find(options.input(), passThrough(schema).fieldNames());
      return new StagedInput(directory, plan.path("rows").asLong(), plan.path("unit_rows").asInt(), schema, columns);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new TalonException(ErrorCode.BAD_OUTPUT, "the staged input in " + directory + " is damaged: " + text, e);
    }
  }

  /** Numbers of the waves that have rows. */
  public Set<Integer> waves() {
    return directory.numbers(RunDirectory.INPUT);
  }

  /** Units of work of a wave. */
  public int units(int wave) {
    return directory.dataFiles(place(wave));
  }

  /** The rows of a wave, a partition per unit of work. */
  public Dataset<Row> read(SparkSession spark, int wave) {
    SparkSession reader = spark.newSession();
    reader.conf().set("spark.sql.files.openCostInBytes", ONE_FILE_EACH);
    reader.conf().set("spark.sql.files.maxPartitionBytes", ONE_FILE_EACH);
    StructType stored = new StructType();
    String[] names = columnNames(schema.size());
    for (int i = 0; i < names.length; i++) {
      stored = stored.add(names[i], schema.apply(i).dataType());
    }
    return reader.read().schema(stored).parquet(directory.path(place(wave)));
  }

  /** The columns of the input that go to the generations unchanged. */
  public StructType passThrough() {
    return passThrough(schema);
  }

  private static StructType passThrough(StructType schema) {
    StructType own = new StructType();
    for (int i = OWN_COLUMNS; i < schema.size(); i++) {
      own = own.add(schema.apply(i));
    }
    return own;
  }

  /** Where the rows of a wave lie. */
  public static String place(int wave) {
    return RunDirectory.INPUT + "/" + WaveName.COLUMN + "=" + wave;
  }

  private static Column compared(GenerateOptions options, Column id) {
    Share share = options.baseline();
    long seed = options.text().seed();
    UDF1<String, Boolean> covers = promptId -> promptId != null && RowChoice.BASELINE.covers(share, promptId, seed);
    return udf(covers, DataTypes.BooleanType).apply(id);
  }

  /** The beginning of what a row asks, nothing where a template writes that. */
  private static Column begin(Input input) {
    if (input.columns().kind() == PromptKind.TEMPLATE) {
      return lit("");
    }
    StructType schema = input.rows().schema();
    int index = OWN_COLUMNS + passThrough(schema).fieldIndex(input.columns().prompt());
    Column prompt = col("c" + index);
    DataType type = schema.apply(index).dataType();
    boolean nested = type instanceof ArrayType || type instanceof StructType;
    return substring(nested ? to_json(prompt) : prompt.cast(DataTypes.StringType), 1, COMPARED_BEGINNING);
  }

  /** Names that any file format takes, whatever the input's are. */
  private static String[] columnNames(int count) {
    return IntStream.range(0, count).mapToObj(i -> "c" + i).toArray(String[]::new);
  }

  private String plan() {
    return new ObjectMapper()
        .createObjectNode()
        .put("rows", rows)
        .put("unit_rows", unitRows)
        .put("schema", schema.json())
        .toString();
  }
}
