package io.talon.job.output;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.OutputFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The generations of a finished run for other programs, beside its tables: lines of JSON, or the layout of a dataset on the
 * Hugging Face hub. Made anew each time from the tables, so a driver that dies over it loses nothing.
 */
public final class Exports {
  private static final String WORK = "_export";

  private final SparkSession spark;
  private final Path directory;
  private final RunTables tables;

  /**
   * @param directory output of the run
   */
  public Exports(SparkSession spark, String directory) {
    this.spark = spark;
    this.directory = new Path(directory);
    tables = RunTables.of(spark, directory);
  }

  /** Writes what a format asks for besides the tables; nothing for most. */
  public void write(OutputFormat format) {
    try {
      FileSystem files = directory.getFileSystem(spark.sparkContext().hadoopConfiguration());
      switch (format) {
        case JSON_LINES -> jsonLines(files);
        case HF_DATASET -> dataset(files);
        case PARQUET, OPENAI_BATCH -> {}
      }
    } catch (IOException e) {
      throw new TalonException(
          ErrorCode.BAD_OUTPUT, "cannot write to " + directory + ": " + TalonException.firstLine(e), e);
    }
  }

  /** A line per row with all of its columns, nulls too, so that every line has the same. */
  private void jsonLines(FileSystem files) throws IOException {
    Dataset<Row> generations = tables.generations();
    Column[] all = Arrays.stream(generations.columns())
        .map(name -> functions.col("`" + name.replace("`", "``") + "`"))
        .toArray(Column[]::new);
    Path work = new Path(directory, WORK);
    generations
        .select(functions.to_json(functions.struct(all), Map.of("ignoreNullFields", "false")))
        .write()
        .mode("overwrite")
        .text(work.toString());
    move(files, work, new Path(directory, "json-lines"), ".jsonl");
  }

  private void dataset(FileSystem files) throws IOException {
    Row run = tables.runs().orderBy(functions.col("ended").desc()).head();
    Path work = new Path(directory, WORK);
    tables.generations().write().mode("overwrite").parquet(work.toString());
    Path target = new Path(directory, "hf-dataset");
    move(files, work, new Path(target, "data"), ".parquet");
    try (OutputStream out = files.create(new Path(target, "README.md"), true)) {
      out.write(DatasetCard.of(run).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Moves the parts that Spark wrote into a new directory, under their numbers alone. */
  private static void move(FileSystem files, Path work, Path target, String ending) throws IOException {
    files.delete(target, true);
    files.mkdirs(target);
    for (FileStatus part : files.globStatus(new Path(work, "part-*"))) {
      Path name = new Path(target, part.getPath().getName().replaceAll("(part-\\d+).*", "$1") + ending);
      check(files.rename(part.getPath(), name), ErrorCode.BAD_OUTPUT, "cannot move %s to %s", part.getPath(), name);
    }
    files.delete(work, true);
  }
}
