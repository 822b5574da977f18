package io.talon.job.waves;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.job.output.RunTables;
import io.talon.job.output.WaveName;
import io.talon.run.Manifest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * The output directory of a run. What is not committed lies under names that begin with an underscore, which readers of tables
 * pass over; a wave appears by one rename of its directory.
 */
public final class RunDirectory {
  /** Staged input, by waves. */
  public static final String INPUT = "_input";
  /** The same while it is written. */
  public static final String READING = "_reading";
  /** Waves that are not committed yet. */
  public static final String WORK = "_work";
  /** Waves that a better version is about to replace. */
  public static final String RETIRED = RunTables.RETIRED;
  /** Names rows that saw the end of a process; outlives drivers, and not the run. */
  public static final String STRIKES = "_strikes";

  private static final FsPermission OWNER_ONLY = new FsPermission((short) 0700);
  private static final FileAttribute<Set<PosixFilePermission>> LOCAL_OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Set<String> RENAMES_AT_ONCE = Set.of("file", "hdfs", "viewfs", "webhdfs", "abfs", "abfss", "maprfs");
  private static final int READS = 5;
  private static final long READ_AGAIN_MILLIS = 50;

  private final FileSystem files;
  private final Path root;

  private RunDirectory(FileSystem files, Path root) {
    this.files = files;
    this.root = root;
  }

  /** A directory on any file system that Hadoop knows, there or not; BAD_OUTPUT where the location is none. */
  public static RunDirectory of(String location, Configuration configuration) {
    try {
      Path path = new Path(location);
      FileSystem files = path.getFileSystem(configuration);
      check(
          !files.exists(path) || files.getFileStatus(path).isDirectory(),
          ErrorCode.BAD_OUTPUT,
          "output must be a directory, and is a file: %s",
          location);
      FileSystem raw = files instanceof LocalFileSystem local ? local.getRawFileSystem() : files; // no checksum files
      return new RunDirectory(raw, raw.makeQualified(path));
    } catch (IOException | IllegalArgumentException e) {
      throw new TalonException(ErrorCode.BAD_OUTPUT, "output cannot be written: " + location + ": " + e.getMessage(), e);
    }
  }

  /** Where something lies in it. */
  public String path(String name) {
    return new Path(root, name).toString();
  }

  @Override
  public String toString() {
    return root.toUri().getScheme().equals("file") ? root.toUri().getPath() : root.toString();
  }

  /** Whether a wave that is there is whole: not where a rename is a copy, file after file. */
  public boolean renamesAtOnce() {
    return RENAMES_AT_ONCE.contains(files.getUri().getScheme());
  }

  /** Whether there is nothing in it, or no such directory. */
  public boolean isEmpty() {
    return io("read", () -> !files.exists(root) || files.listStatus(root).length == 0);
  }

  public boolean has(String name) {
    return io("read", () -> files.exists(new Path(root, name)));
  }

  /** Makes a directory in it that only its owner can look into, and all above it. */
  public void makeHidden(String name) {
    io("write", () -> {
      Path path = new Path(root, name);
      check(files.mkdirs(root), ErrorCode.BAD_OUTPUT, "output cannot be made: %s", root);
      if (files.getUri().getScheme().equals("file") && !files.exists(path)) {
        Files.createDirectory(java.nio.file.Path.of(path.toUri()), LOCAL_OWNER_ONLY); // Hadoop would set the rights afterwards
      } else {
        check(files.mkdirs(path, OWNER_ONLY), ErrorCode.BAD_OUTPUT, "output cannot be made: %s", path);
      }
      return null;
    });
  }

  /** Numbers of the waves that are there. */
  public TreeSet<Integer> waves() {
    return numbers("");
  }

  /** Numbers of the waves within one of its directories. */
  public TreeSet<Integer> numbers(String place) {
    return io("read", () -> {
      TreeSet<Integer> numbers = new TreeSet<>();
      Path inside = place.isEmpty() ? root : new Path(root, place);
      FileStatus[] found = files.globStatus(new Path(inside, WaveName.GLOB));
      for (FileStatus wave : found == null ? new FileStatus[0] : found) {
        numbers.add(WaveName.number(wave.getPath().getName()));
      }
      return numbers;
    });
  }

  /** Files of data within one of its directories. */
  public int dataFiles(String place) {
    return io("read", () -> {
      FileStatus[] found = files.globStatus(new Path(new Path(root, place), "part-*"));
      return found == null ? 0 : found.length;
    });
  }

  /** Names of the files within one of its directories; none where there is no such directory. */
  public List<String> files(String place, String ending) {
    return io("read", () -> {
      FileStatus[] found = files.globStatus(new Path(new Path(root, place), "*" + ending));
      return Arrays.stream(found == null ? new FileStatus[0] : found).map(file -> file.getPath().getName()).sorted().toList();
    });
  }

  /** Bytes below one of its directories. */
  public long bytes(String place) {
    return io("read", () -> files.getContentSummary(new Path(root, place)).getLength());
  }

  /** Gives something another name, which must be free. */
  public void rename(String from, String to) {
    io("write", () -> {
      Path target = new Path(root, to);
      check(!files.exists(target), ErrorCode.BAD_OUTPUT, "%s is there already and is not overwritten", target);
      check(files.rename(new Path(root, from), target), ErrorCode.BAD_OUTPUT, "cannot rename %s in %s to %s", from, root, to);
      return null;
    });
  }

  /** Moves the parts that Spark wrote to another directory, under their numbers alone with another ending. */
  public void renameParts(String from, String to, String ending) {
    io("write", () -> {
      files.mkdirs(new Path(root, to));
      for (FileStatus part : files.globStatus(new Path(new Path(root, from), "part-*"))) {
        String name = part.getPath().getName().replaceAll("(part-\\d+).*", "$1") + ending;
        rename(from + "/" + part.getPath().getName(), to + "/" + name);
      }
      return null;
    });
  }

  public void delete(String name) {
    io("write", () -> files.delete(new Path(root, name), true));
  }

  /** The text of a small file; null where there is none. */
  public String read(String name) {
    return io("read", () -> {
      for (int i = 0; i < READS; i++) { // a file that is being replaced may be away for a moment
        try (FSDataInputStream in = files.open(new Path(root, name))) {
          return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (FileNotFoundException e) {
          if (!files.exists(root)) {
            return null;
          }
          pause();
        }
      }
      return null;
    });
  }

  /** What its manifest says; null where it has none. BAD_OUTPUT where it is no manifest of this layout. */
  public Manifest manifest() {
    String text = read(Manifest.FILE);
    return text == null ? null : Manifest.of(text, toString());
  }

  /** Replaces a small file at once: a reader sees the old text or the new one. */
  public void write(String name, String text) {
    io("write", () -> {
      Path target = new Path(root, name);
      String scheme = files.getUri().getScheme();
      if (!renamesAtOnce()) {
        put(target, text); // an object appears when it is complete
        return null;
      }
      Path fresh = new Path(target.getParent(), "_" + target.getName() + ".new");
      put(fresh, text);
      if (scheme.equals("file")) {
        check(files.rename(fresh, target), ErrorCode.BAD_OUTPUT, "cannot replace %s", target);
      } else {
        FileContext.getFileContext(root.toUri(), files.getConf()).rename(fresh, target, Options.Rename.OVERWRITE);
      }
      return null;
    });
  }

  private void put(Path path, String text) throws IOException {
    try (OutputStream out = files.create(path, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void pause() {
    try {
      Thread.sleep(READ_AGAIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Action<T> {
    T run() throws IOException;
  }

  private <T> T io(String what, Action<T> action) {
    try {
      return action.run();
    } catch (IOException e) {
      throw new TalonException(
          ErrorCode.BAD_OUTPUT, "cannot " + what + " the output in " + this + ": " + TalonException.firstLine(e), e);
    }
  }
}
