package io.talon.job.input;

import static io.talon.TalonException.check;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.trim;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.InputOptions;
import io.talon.request.BatchRequests;
import io.talon.request.Columns;
import io.talon.request.InputRow;
import io.talon.request.PromptKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * The prompts, checked: rows in the order of the files, whatever the cluster, each with its id.
 *
 * @param rows columns {@link #ID}, {@link #JSON}, then the input's own
 * @param passThrough the input's own columns
 */
public record Input(Dataset<Row> rows, StructType passThrough, Columns columns, long count) implements AutoCloseable {
  private static final String ID = "_prompt_id";
  private static final String JSON = "_json";
  private static final List<String> ORDER = List.of("_file", "_block", "_place");
  private static final int OWN_COLUMNS = 2;
  private static final int SHA_BITS = 256;
  private static final int SHOWN_DUPLICATES = 3;

  /** Reads and checks the input; BAD_INPUT where it is missing, empty, unreadable, or lacks a column. */
  public static Input read(SparkSession spark, InputOptions options) {
    InputFormat format = InputFormat.of(options, spark.sparkContext().hadoopConfiguration());
    try {
      return read(spark, options, format == InputFormat.PARQUET ? parquet(spark, options) : jsonLines(spark, options));
    } catch (TalonException e) {
      throw e;
    } catch (Exception e) { // Scala code throws checked exceptions that it does not declare
      throw new TalonException(ErrorCode.BAD_INPUT, "cannot read " + options.path() + ": " + TalonException.firstLine(e), e);
    }
  }

  private static Input read(SparkSession spark, InputOptions options, Dataset<Row> source) {
    String[] names =
        Arrays.stream(source.columns()).filter(name -> !name.equals(JSON) && !ORDER.contains(name)).toArray(String[]::new);
    StructType passThrough = source.select(quoted(names)).schema();
    Columns columns = Columns.find(options, names);
    StructType schema = new StructType().add(ID, DataTypes.StringType).add(JSON, DataTypes.StringType, false);
    for (StructField field : passThrough.fields()) {
      schema = schema.add(field);
    }
    Column id = columns.id() == null ? lit(null) : quoted(columns.id());
    Column[] selected = Stream.concat(
        Stream.of(id.cast(DataTypes.StringType).as(ID), col(JSON)), Arrays.stream(quoted(names)))
        .toArray(Column[]::new);
    Dataset<Row> ordered = source.orderBy(ORDER.stream().map(Input::quoted).toArray(Column[]::new)).select(selected);
    boolean numbered = columns.id() == null;
    long limit = options.limit() == 0 ? Long.MAX_VALUE : options.limit();
    JavaRDD<Row> rows = ordered
        .javaRDD()
        .zipWithIndex()
        .filter(row -> row._2() < limit)
        .map(row -> numbered ? withId(row._1(), row._2()) : row._1());
    Dataset<Row> kept = spark.createDataFrame(rows, schema).persist(StorageLevel.MEMORY_AND_DISK());
    long count = kept.count();
    check(count > 0, ErrorCode.BAD_INPUT, "the input has no rows: %s", options.path());
    checkUnique(kept, columns);
    return new Input(kept, passThrough, columns, count);
  }

  /**
   * The rows of a caller's table, in the form of {@link #rows} and as lazy as they were.
   *
   * @param ids column of unique ids, null for a hash of what the rows ask for
   * @param read columns that say what a row asks for
   */
  public static Dataset<Row> rows(Dataset<Row> table, String ids, List<String> read) {
    Column json = to_json(struct(quoted(read.toArray(String[]::new))));
    Column id = ids == null ? sha2(json, SHA_BITS) : quoted(ids).cast(DataTypes.StringType);
    return table.select(
        Stream.concat(Stream.of(id.as(ID), json.as(JSON)), Arrays.stream(quoted(table.columns()))).toArray(Column[]::new));
  }

  /** A row of {@link #rows}. */
  public static InputRow row(Row row) {
    List<Object> passThrough = new ArrayList<>(row.size() - OWN_COLUMNS);
    for (int i = OWN_COLUMNS; i < row.size(); i++) {
      passThrough.add(row.get(i));
    }
    return new InputRow(row.getString(0), row.getString(1), passThrough);
  }

  /** Fields of the bodies of requests, if the rows are requests and Spark found out what the bodies hold. */
  public List<String> requestFields() {
    return requestFields(columns.kind(), passThrough);
  }

  static List<String> requestFields(PromptKind kind, StructType schema) {
    return kind == PromptKind.REQUEST && schema.apply(BatchRequests.BODY).dataType() instanceof StructType body
        ? List.of(body.fieldNames())
        : List.of();
  }

  @Override
  public void close() {
    rows.unpersist();
  }

  private static Dataset<Row> parquet(SparkSession spark, InputOptions options) {
    Dataset<Row> table = spark.read().parquet(options.path());
    Column[] names = quoted(table.columns());
    Stream<Column> added = Stream.of(to_json(struct(names)).as(JSON), col("_metadata"));
    return placed(table.select(Stream.concat(Arrays.stream(names), added).toArray(Column[]::new)));
  }

  /** Keeps every line beside its columns, so that a line that is no JSON reaches the quarantine as it is. */
  private static Dataset<Row> jsonLines(SparkSession spark, InputOptions options) {
    Dataset<Row> lines = spark
        .read()
        .text(options.path())
        .select(regexp_replace(col("value"), "^\uFEFF", "").as(JSON), col("_metadata"))
        .where(trim(col(JSON)).notEqual(""));
    String corrupt = "_corrupt_record";
    StructType inferred = spark
        .read()
        .option("columnNameOfCorruptRecord", corrupt)
        .json(lines.select(JSON).as(Encoders.STRING()))
        .schema();
    StructType schema = new StructType(Arrays.stream(inferred.fields())
        .filter(field -> !field.name().equals(corrupt))
        .toArray(StructField[]::new));
    check(!lines.isEmpty(), ErrorCode.BAD_INPUT, "the input has no rows: %s", options.path());
    check(schema.size() > 0, ErrorCode.BAD_INPUT, "no line of the input is a JSON object: %s", options.path());
    return placed(lines
        .withColumn("_row", from_json(col(JSON), schema, Map.of()))
        .select(col("_row.*"), col(JSON), col("_metadata")));
  }

  /** Adds what orders rows as the files have them; the parts of a file that Spark reads apart depend on the cluster. */
  private static Dataset<Row> placed(Dataset<Row> table) {
    return table
        .withColumn(ORDER.get(0), col("_metadata.file_path"))
        .withColumn(ORDER.get(1), col("_metadata.file_block_start"))
        .withColumn(ORDER.get(2), monotonically_increasing_id())
        .drop("_metadata");
  }

  private static Row withId(Row row, long index) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    values[0] = String.format("%08d", index);
    return RowFactory.create(values);
  }

  private static void checkUnique(Dataset<Row> rows, Columns columns) {
    if (columns.id() == null) {
      return;
    }
    List<String> duplicates = rows
        .where(col(ID).isNotNull())
        .groupBy(ID)
        .count()
        .where("count > 1")
        .orderBy(ID)
        .select(ID)
        .as(Encoders.STRING())
        .takeAsList(SHOWN_DUPLICATES);
    check(
        duplicates.isEmpty(),
        ErrorCode.BAD_INPUT,
        "ids must be unique, or choose another --id-column; column %s repeats %s",
        columns.id(),
        duplicates);
  }

  private static Column quoted(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }

  private static Column[] quoted(String[] names) {
    return Arrays.stream(names).map(Input::quoted).toArray(Column[]::new);
  }
}
