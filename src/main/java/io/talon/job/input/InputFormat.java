package io.talon.job.input;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.InputOptions;
import io.talon.conf.PromptFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** How the prompts are stored: by the name of the first file, or by its first bytes where the name says nothing. */
enum InputFormat {
  PARQUET(InputReaders::parquet),
  JSON_LINES(InputReaders::jsonLines),
  CSV(InputReaders::csv),
  TEXT(InputReaders::text),
  TABLE(InputReaders::table);

  private static final byte[] PARQUET_MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  private final BiFunction<SparkSession, InputOptions, Dataset<Row>> reader;

  InputFormat(BiFunction<SparkSession, InputOptions, Dataset<Row>> reader) {
    this.reader = reader;
  }

  /** The rows, unread. */
  Dataset<Row> open(SparkSession spark, InputOptions options) {
    return reader.apply(spark, options);
  }

  /** Looks at a file, a directory or a glob, unless the options say it; BAD_INPUT when there is nothing. */
  static InputFormat of(InputOptions options, Configuration configuration) {
    if (options.format() == PromptFormat.TABLE) {
      return TABLE;
    }
    InputFormat found = look(options.path(), configuration);
    return switch (options.format()) {
      case AUTO -> found;
      case PARQUET -> PARQUET;
      case JSON_LINES -> JSON_LINES;
      case CSV -> CSV;
      case TEXT -> TEXT;
      case TABLE -> TABLE;
      case OPENAI_BATCH -> found; // requests in Parquet are as good
    };
  }

  private static InputFormat look(String location, Configuration configuration) {
    try {
      Path path = new Path(location);
      FileSystem files = path.getFileSystem(configuration);
      FileStatus[] found = files.globStatus(path);
      check(found != null && found.length > 0, ErrorCode.BAD_INPUT, "the input does not exist: %s", location);
      Path file = firstFile(files, found[0]);
      check(file != null, ErrorCode.BAD_INPUT, "the input has no files: %s", location);
      String name = file.getName().toLowerCase(Locale.ROOT);
      if (name.endsWith(".parquet")) {
        return PARQUET;
      }
      if (name.matches(".*\\.csv(\\.\\w+)?")) {
        return CSV;
      }
      if (name.matches(".*\\.txt(\\.\\w+)?")) {
        return TEXT;
      }
      return name.matches(".*\\.(json|jsonl|ndjson)(\\.\\w+)?") || !beginsAsParquet(files, file) ? JSON_LINES : PARQUET;
    } catch (IOException | IllegalArgumentException e) {
      throw new TalonException(ErrorCode.BAD_INPUT, "cannot read " + location + ": " + e.getMessage(), e);
    }
  }

  private static Path firstFile(FileSystem files, FileStatus status) throws IOException {
    if (status.isFile()) {
      return status.getPath();
    }
    RemoteIterator<LocatedFileStatus> inside = files.listFiles(status.getPath(), true);
    while (inside.hasNext()) {
      Path file = inside.next().getPath();
      if (!file.getName().startsWith("_") && !file.getName().startsWith(".")) {
        return file;
      }
    }
    return null;
  }

  private static boolean beginsAsParquet(FileSystem files, Path file) throws IOException {
    byte[] start = new byte[PARQUET_MAGIC.length];
    try (FSDataInputStream stream = files.open(file)) {
      int read = stream.readNBytes(start, 0, start.length);
      return read == start.length && Arrays.equals(start, PARQUET_MAGIC);
    }
  }
}
