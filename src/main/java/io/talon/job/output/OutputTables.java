package io.talon.job.output;

import static io.talon.TalonException.check;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The output directory. Tasks write one staging table, so that every row is decoded once; it is split into the tables
 * when all rows are there, and then goes.
 */
public final class OutputTables {
  private static final String STAGING = "_staging";
  private static final String LINES_STAGING = "_lines";
  private static final String RESPONSES = "openai";
  private static final String PARTITION = "/run_id=%s/wave=0";

  private final SparkSession spark;
  private final Path directory;
  private final String runId;
  private final StructType generations;

  /**
   * @param generations schema of the table of generations
   */
  public OutputTables(SparkSession spark, String directory, String runId, StructType generations) {
    this.spark = spark;
    this.directory = new Path(directory);
    this.runId = runId;
    this.generations = generations;
  }

  /** Fails with BAD_OUTPUT unless the directory is empty or not there yet. */
  public static void checkFree(String location, Configuration configuration) {
    try {
      Path path = new Path(location);
      FileSystem files = path.getFileSystem(configuration);
      if (files.exists(path)) {
        boolean isDirectory = files.getFileStatus(path).isDirectory();
        check(isDirectory, ErrorCode.BAD_OUTPUT, "output must be a directory, and is a file: %s", location);
        check(
            files.listStatus(path).length == 0,
            ErrorCode.BAD_OUTPUT,
            "output must be new or empty, and holds files already; name another directory or remove it: %s",
            location);
      }
      check(files.mkdirs(path), ErrorCode.BAD_OUTPUT, "output cannot be made: %s", location);
    } catch (IOException | IllegalArgumentException e) {
      throw new TalonException(ErrorCode.BAD_OUTPUT, "output cannot be written: " + location + ": " + e.getMessage(), e);
    }
  }

  /** Runs the decoding: the one action that computes its rows. */
  public void stage(Dataset<Row> decoded) {
    decoded.write().parquet(path(STAGING));
  }

  /** What the decoding wrote. */
  public Dataset<Row> staged() {
    return spark.read().schema(Schemas.staging(generations)).parquet(path(STAGING));
  }

  /** Splits the staging table; every table exists afterwards, with its schema, even without rows. */
  public void split() {
    Dataset<Row> staged = staged();
    Dataset<Row> done = staged.where(col("generation").isNotNull());
    write("generations", done.select("generation.*"), generations);
    write(
        "rounds",
        done.select(
            col("generation.prompt_id"),
            col("generation.sample_idx"),
            col("generation.turn_idx"),
            explode(col("rounds")).as("round"))
            .select("prompt_id", "sample_idx", "turn_idx", "round.*"),
        Schemas.ROUNDS);
    write("quarantine", staged.where(col("quarantine").isNotNull()).select("quarantine.*"), Schemas.QUARANTINE);
  }

  /** Writes the one row of the table runs. */
  public void writeRun(Row run) {
    spark.createDataset(List.of(run), Encoders.row(Schemas.RUNS)).coalesce(1).write().parquet(path("runs"));
  }

  /** Writes the lines of a batch's output as openai/*.jsonl. */
  public void writeResponses(Dataset<String> lines) {
    lines.write().text(path(LINES_STAGING));
    Path target = new Path(directory, RESPONSES);
    try {
      FileSystem files = target.getFileSystem(spark.sparkContext().hadoopConfiguration());
      files.mkdirs(target);
      for (FileStatus part : files.globStatus(new Path(path(LINES_STAGING), "part-*"))) {
        String name = part.getPath().getName().replaceAll("(part-\\d+).*", "$1");
        check(
            files.rename(part.getPath(), new Path(target, name + ".jsonl")),
            ErrorCode.BAD_OUTPUT,
            "cannot move %s to %s",
            part.getPath(),
            target);
      }
    } catch (IOException e) {
      throw new TalonException(ErrorCode.BAD_OUTPUT, "cannot write " + target + ": " + e.getMessage(), e);
    }
    delete(LINES_STAGING);
  }

  public void removeStaging() {
    delete(STAGING);
  }

  /** Empties the directory after a failure, so that the same command can run again. */
  public void removeAll() {
    for (String table : new String[] {STAGING, LINES_STAGING, RESPONSES, "generations", "rounds", "quarantine", "runs"}) {
      delete(table);
    }
  }

  String path(String table) {
    return new Path(directory, table).toString();
  }

  /** Reading made every column nullable; the schema says what is not. */
  private void write(String table, Dataset<Row> rows, StructType schema) {
    spark.createDataFrame(rows.javaRDD(), schema).write().parquet(path(table) + String.format(PARTITION, runId));
  }

  private void delete(String table) {
    Path path = new Path(directory, table);
    try {
      path.getFileSystem(spark.sparkContext().hadoopConfiguration()).delete(path, true);
    } catch (IOException e) {
      throw new TalonException(ErrorCode.BAD_OUTPUT, "cannot remove " + path + ": " + e.getMessage(), e);
    }
  }
}
