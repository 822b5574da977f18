package io.talon.job.input;

import static io.talon.TalonException.check;
import static io.talon.job.input.InputReaders.JSON;
import static io.talon.job.input.InputReaders.ORDER;
import static io.talon.job.input.InputReaders.quoted;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.InputOptions;
import io.talon.conf.PromptFormat;
import io.talon.request.BatchRequests;
import io.talon.request.Columns;
import io.talon.request.InputRow;
import io.talon.request.PromptKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
 * @param rows columns {@link #ID}, {@code _json}, then the input's own
 * @param passThrough the input's own columns
 */
public record Input(Dataset<Row> rows, StructType passThrough, Columns columns, long count) implements AutoCloseable {
  private static final String ID = "_prompt_id";
  private static final int OWN_COLUMNS = 2;
  private static final int SHA_BITS = 256;
  private static final int SHOWN_DUPLICATES = 3;

  /** Reads and checks the input; BAD_INPUT where it is missing, empty, unreadable, or lacks a column. */
  public static Input read(SparkSession spark, InputOptions options) {
    try {
      return read(spark, options, open(spark, options));
    } catch (TalonException e) {
      throw e;
    } catch (Exception e) { // Scala code throws checked exceptions that it does not declare
      throw new TalonException(ErrorCode.BAD_INPUT, "cannot read " + options.path() + ": " + TalonException.firstLine(e), e);
    }
  }

  private static Dataset<Row> open(SparkSession spark, InputOptions options) {
    InputFormat format = InputFormat.of(options, spark.sparkContext().hadoopConfiguration());
    try {
      return format.open(spark, options);
    } catch (TalonException e) {
      throw e;
    } catch (Exception e) { // Scala code throws checked exceptions that it does not declare
      throw new TalonException(ErrorCode.BAD_INPUT, "cannot read " + options.path() + ": " + TalonException.firstLine(e), e);
    }
  }

  private static String[] own(Dataset<Row> stored) {
    return Arrays.stream(stored.columns()).filter(name -> !name.equals(JSON) && !ORDER.contains(name)).toArray(String[]::new);
  }

  private static Input read(SparkSession spark, InputOptions options, Dataset<Row> stored) {
    String[] names = own(stored);
    StructType passThrough = stored.select(quoted(names)).schema();
    Columns columns = Columns.find(options, names);
    StructType schema = new StructType().add(ID, DataTypes.StringType).add(JSON, DataTypes.StringType, false);
    for (StructField field : passThrough.fields()) {
      schema = schema.add(field);
    }
    check(
        columns.id() != null || options.format() != PromptFormat.TABLE,
        ErrorCode.BAD_INPUT,
        "the rows of a table have no order by which they could be numbered; name a column of unique ids with --id-column: %s has %s",
        options.path(),
        Arrays.toString(names));
    Column id = columns.id() == null ? lit(null) : quoted(columns.id());
    Column[] selected = Stream.concat(
        Stream.of(id.cast(DataTypes.StringType).as(ID), col(JSON)), Arrays.stream(quoted(names)))
        .toArray(Column[]::new);
    Dataset<Row> ordered = stored.orderBy(ORDER.stream().map(InputReaders::quoted).toArray(Column[]::new)).select(selected);
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

  /** The input's own columns, which is all that is read; BAD_INPUT where the input is missing or unreadable. */
  public static StructType passThrough(SparkSession spark, InputOptions options) {
    Dataset<Row> stored = open(spark, options);
    return stored.select(quoted(own(stored))).schema();
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
  public static List<String> requestFields(PromptKind kind, StructType schema) {
    return kind == PromptKind.REQUEST && schema.apply(BatchRequests.BODY).dataType() instanceof StructType body
        ? List.of(body.fieldNames())
        : List.of();
  }

  @Override
  public void close() {
    rows.unpersist();
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
}
