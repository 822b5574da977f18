package io.talon.job.input;

import static io.talon.TalonException.check;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.trim;

import io.talon.ErrorCode;
import io.talon.conf.InputOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Reads what prompts are stored as: the input's own columns, each row as JSON, and what orders the rows as the files have them. */
final class InputReaders {
  static final String JSON = "_json";
  static final List<String> ORDER = List.of("_file", "_block", "_place");

  private static final String PLACE = "_metadata"; // Spark's own column of every file source
  private static final String CORRUPT = "_corrupt_record";
  private static final String BYTE_ORDER_MARK = "^\uFEFF";

  private InputReaders() {}

  static Dataset<Row> parquet(SparkSession spark, InputOptions options) {
    Dataset<Row> table = spark.read().parquet(options.path());
    return placed(asJson(table.select(with(table, col(PLACE))), to_json(struct(quoted(table.columns())))));
  }

  /** A table of the session's catalog; its rows have no order. */
  static Dataset<Row> table(SparkSession spark, InputOptions options) {
    check(
        spark.catalog().tableExists(options.path()),
        ErrorCode.BAD_INPUT,
        "the session has no table or view of this name: %s",
        options.path());
    Dataset<Row> table = spark.table(options.path());
    return asJson(table, to_json(struct(quoted(table.columns()))))
        .withColumn(ORDER.get(0), lit(0))
        .withColumn(ORDER.get(1), lit(0))
        .withColumn(ORDER.get(2), monotonically_increasing_id());
  }

  /** A column prompt with the lines that are not blank. */
  static Dataset<Row> text(SparkSession spark, InputOptions options) {
    Dataset<Row> lines = lines(spark, options, "prompt");
    return placed(asJson(lines, to_json(struct(col("prompt")))));
  }

  /** Columns of texts, named by the first line; a line that has more or less of them stays as it is. */
  static Dataset<Row> csv(SparkSession spark, InputOptions options) {
    DataFrameReader reader = spark.read()
        .option("header", true)
        .option("multiLine", true) // a prompt may have line breaks between its quotes
        .option("escape", "\"")
        .option("columnNameOfCorruptRecord", CORRUPT);
    StructType columns = reader.csv(options.path()).schema();
    Dataset<Row> rows = reader.schema(columns.add(CORRUPT, DataTypes.StringType)).csv(options.path());
    Column[] names = quoted(columns.fieldNames());
    Column json = coalesce(col(CORRUPT), to_json(struct(names)));
    return placed(asJson(rows.select(with(rows, col(PLACE))), json).drop(CORRUPT));
  }

  /** Keeps every line beside its columns, so that a line that is no JSON reaches the quarantine as it is. */
  static Dataset<Row> jsonLines(SparkSession spark, InputOptions options) {
    Dataset<Row> lines = lines(spark, options, JSON);
    StructType inferred = spark
        .read()
        .option("columnNameOfCorruptRecord", CORRUPT)
        .json(lines.select(JSON).as(Encoders.STRING()))
        .schema();
    StructType schema = new StructType(Arrays.stream(inferred.fields())
        .filter(field -> !field.name().equals(CORRUPT))
        .toArray(StructField[]::new));
    check(!lines.isEmpty(), ErrorCode.BAD_INPUT, "the input has no rows: %s", options.path());
    check(schema.size() > 0, ErrorCode.BAD_INPUT, "no line of the input is a JSON object: %s", options.path());
    return placed(lines
        .withColumn("_row", from_json(col(JSON), schema, Map.of()))
        .select(col("_row.*"), col(JSON), col(PLACE)));
  }

  private static Dataset<Row> lines(SparkSession spark, InputOptions options, String name) {
    return spark
        .read()
        .text(options.path())
        .select(regexp_replace(col("value"), BYTE_ORDER_MARK, "").as(name), col(PLACE))
        .where(trim(col(name)).notEqual(""));
  }

  private static Dataset<Row> asJson(Dataset<Row> rows, Column json) {
    return rows.withColumn(JSON, json);
  }

  private static Column[] with(Dataset<Row> table, Column more) {
    return Stream.concat(Arrays.stream(quoted(table.columns())), Stream.of(more)).toArray(Column[]::new);
  }

  /** Adds what orders rows as the files have them; the parts of a file that Spark reads apart depend on the cluster. */
  private static Dataset<Row> placed(Dataset<Row> table) {
    return table
        .withColumn(ORDER.get(0), col(PLACE + ".file_path"))
        .withColumn(ORDER.get(1), col(PLACE + ".file_block_start"))
        .withColumn(ORDER.get(2), monotonically_increasing_id())
        .drop(PLACE);
  }

  static Column quoted(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }

  static Column[] quoted(String[] names) {
    return Arrays.stream(names).map(InputReaders::quoted).toArray(Column[]::new);
  }
}
