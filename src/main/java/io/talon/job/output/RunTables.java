package io.talon.job.output;

import static io.talon.TalonException.check;
import static org.apache.spark.sql.functions.lit;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * The tables in the output directory of a run, finished or not: what of it is committed when a table is asked for.
 *
 * <p>A run writes its tables in waves, {@code wave=00000/generations} and so on; runs of earlier versions have one directory
 * per table. Every table but {@link #runs} has a column {@code wave}, an integer.
 */
public final class RunTables {
  public static final String GENERATIONS = "generations";
  public static final String ROUNDS = "rounds";
  public static final String QUARANTINE = "quarantine";
  public static final String RUNS = "runs";

  private static final String WAVE = "wave";
  private static final String WAVES = WAVE + "=*";
  /** Where a wave lies while a better version takes its place. */
  public static final String RETIRED = "_retired";
  private static final int LOOKS = 100;
  private static final long LOOK_AGAIN_MILLIS = 20;

  private final SparkSession spark;
  private final Path directory;

  private RunTables(SparkSession spark, Path directory) {
    this.spark = spark;
    this.directory = directory;
  }

  /** The tables of the run in a directory on any file system; nothing is read yet. */
  public static RunTables of(SparkSession spark, String directory) {
    return new RunTables(spark, new Path(directory));
  }

  /** One row per prompt, sample and turn; BAD_INPUT where the directory has no such table, as for every table. */
  public Dataset<Row> generations() {
    return table(GENERATIONS);
  }

  /** One row per round of a generation. */
  public Dataset<Row> rounds() {
    return table(ROUNDS);
  }

  /** One row per input row that could not be decoded. */
  public Dataset<Row> quarantine() {
    return table(QUARANTINE);
  }

  /** One row per run that came to its end. */
  public Dataset<Row> runs() {
    return read(RUNS, List.of(new Path(directory, RUNS)));
  }

  /** A table by its name. */
  public Dataset<Row> table(String name) {
    if (name.equals(RUNS)) {
      return runs();
    }
    List<Path> waves = waves();
    Path flat = new Path(directory, name);
    Dataset<Row> rows = read(name, waves.isEmpty() ? List.of(flat) : waves.stream().map(wave -> new Path(wave, name)).toList());
    if (!Arrays.asList(rows.columns()).contains(WAVE)) {
      return rows.withColumn(WAVE, lit(0));
    }
    return rows.withColumn(WAVE, rows.col(WAVE).cast(DataTypes.IntegerType));
  }

  /**
   * The directories of the committed waves, in their order; none for runs of earlier versions. A wave that is away for the
   * moment, as a better version takes its place, is waited for.
   */
  private List<Path> waves() {
    try {
      FileSystem files = directory.getFileSystem(spark.sparkContext().hadoopConfiguration());
      check(files.exists(directory), ErrorCode.BAD_INPUT, "%s is not the output of a finished run: it does not exist", directory);
      for (int look = 0; look < LOOKS; look++) {
        List<Path> before = found(files, new Path(directory, WAVES));
        List<String> away = found(files, new Path(new Path(directory, RETIRED), WAVES)).stream().map(Path::getName).toList();
        List<Path> after = found(files, new Path(directory, WAVES));
        if (before.equals(after) && after.stream().map(Path::getName).toList().containsAll(away)) {
          return after;
        }
        Thread.sleep(LOOK_AGAIN_MILLIS);
      }
      throw new TalonException(
          ErrorCode.BAD_INPUT,
          "a wave in " + directory + " was about to be replaced when its driver ended; give the command of that driver again");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before " + directory + " was read", e);
    } catch (IOException e) {
      throw new TalonException(ErrorCode.BAD_INPUT, "cannot read " + directory + ": " + TalonException.firstLine(e), e);
    }
  }

  private static List<Path> found(FileSystem files, Path pattern) throws IOException {
    FileStatus[] found = files.globStatus(pattern);
    return Arrays.stream(found == null ? new FileStatus[0] : found).map(FileStatus::getPath).sorted().toList();
  }

  private Dataset<Row> read(String name, List<Path> paths) {
    try {
      String[] places = paths.stream().map(Path::toString).toArray(String[]::new);
      // A base must be above what is read: of a run without waves, the table itself is one.
      String base = paths.size() == 1 && paths.get(0).getParent().equals(directory)
          ? places[0]
          : directory.toString();
      return spark.read().option("basePath", base).parquet(places);
    } catch (Exception e) { // Scala code throws checked exceptions that it does not declare
      throw new TalonException(
          ErrorCode.BAD_INPUT,
          directory + " is not the output of a " + (name.equals(RUNS) ? "finished run" : "run with a committed wave")
              + ": its table " + name + " cannot be read: " + TalonException.firstLine(e),
          e);
    }
  }
}
