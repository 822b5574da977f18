package io.talon.job.output;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * The tables of one wave while they are made. Tasks write one staging table, so that every row is decoded once; it is split
 * when all rows are there.
 *
 * @param generations schema of the table of generations
 * @param staging directory of the staging table
 * @param tables directory that the tables go to
 */
public record WaveTables(SparkSession spark, StructType generations, String staging, String tables) {
  private static final long BYTES_PER_FILE = 256L << 20;

  /** Runs the decoding: the one action that computes its rows. */
  public void stage(Dataset<Row> decoded) {
    decoded.write().parquet(staging);
  }

  /**
   * Splits the staging table; every table exists afterwards, with its schema, even without rows.
   *
   * @param bytes of the staging table
   * @return sums by category
   */
  public SortedMap<String, Totals> split(String category, long bytes) {
    return write(staged(), category, bytes);
  }

  /**
   * Splits it as the better version of a wave: of the wave as it is, what was decoded again does not stay.
   *
   * @param present the wave's tables
   * @param decodedAgain column prompt_id, null for rows without an id
   */
  public SortedMap<String, Totals> replace(RunTables present, int wave, Dataset<Row> decodedAgain, String category, long bytes) {
    Dataset<Row> kept = without(ofWave(present.generations(), wave), decodedAgain);
    Dataset<Row> rounds = without(ofWave(present.rounds(), wave), decodedAgain);
    Column generation = struct(columns(kept, generations));
    Dataset<Row> asStaged = kept.select(
        generation.as("generation"),
        absent("rounds"),
        absent("baseline"),
        absent("quarantine"));
    Dataset<Row> staged = staged();
    SortedMap<String, Totals> totals = write(staged.unionByName(asStaged), category, bytes);
    rounds
        .select(columns(rounds, Schemas.ROUNDS))
        .coalesce(files(bytes))
        .write()
        .mode("append")
        .parquet(tables + "/" + RunTables.ROUNDS);
    return totals;
  }

  private SortedMap<String, Totals> write(Dataset<Row> staged, String category, long bytes) {
    Dataset<Row> done = staged.where(col("generation").isNotNull());
    write(RunTables.GENERATIONS, done.select("generation.*"), generations, bytes);
    Dataset<Row> rounds = done
        .select(
            col("generation.prompt_id"),
            col("generation.sample_idx"),
            col("generation.turn_idx"),
            explode(col("rounds")).as("round"))
        .select("prompt_id", "sample_idx", "turn_idx", "round.*");
    write(RunTables.ROUNDS, rounds, Schemas.ROUNDS, bytes);
    SortedMap<String, Totals> totals = Totals.byCategory(staged, category);
    boolean anyBad = totals.values().stream().anyMatch(sums -> sums.quarantined() > 0);
    Dataset<Row> bad = anyBad ? staged.where(col("quarantine").isNotNull()).select("quarantine.*") : none(Schemas.QUARANTINE);
    write(RunTables.QUARANTINE, bad, Schemas.QUARANTINE, 0);
    return totals;
  }

  private Dataset<Row> staged() {
    return spark.read().schema(Schemas.staging(generations)).parquet(staging);
  }

  /** Reading made every column nullable; the schema says what is not. */
  private void write(String table, Dataset<Row> rows, StructType schema, long bytes) {
    spark
        .createDataFrame(rows.coalesce(files(bytes)).javaRDD(), schema)
        .write()
        .parquet(tables + "/" + table);
  }

  private static int files(long bytes) {
    return Math.toIntExact(Math.max(1, bytes / BYTES_PER_FILE));
  }

  private Dataset<Row> none(StructType schema) {
    return spark.createDataFrame(List.of(), schema);
  }

  private Column absent(String name) {
    DataType type = Schemas.staging(generations).apply(name).dataType();
    return lit(null).cast(type).as(name);
  }

  private static Dataset<Row> ofWave(Dataset<Row> table, int wave) {
    return table.where(col(WaveName.COLUMN).equalTo(wave));
  }

  private static Dataset<Row> without(Dataset<Row> table, Dataset<Row> decodedAgain) {
    Dataset<Row> again = decodedAgain.toDF("_again");
    return table.join(again, table.col("prompt_id").equalTo(again.col("_again")), "left_anti");
  }

  private static Column[] columns(Dataset<Row> table, StructType schema) {
    return Arrays.stream(schema.fieldNames()).map(name -> table.col("`" + name.replace("`", "``") + "`")).toArray(Column[]::new);
  }
}
