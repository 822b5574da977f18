package io.talon.job.models;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.source.Fingerprint;
import io.talon.source.ModelFileNames;
import io.talon.source.ModelReference;
import io.talon.source.RemoteModel;
import io.talon.source.RemoteModel.RemoteFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A model in a directory of a file system that Spark can read; its version is a hash of what the listing shows. */
final class HadoopModel implements RemoteModel {
  private static final int VERSION_DIGITS = 16;

  private final FileSystem fileSystem;
  private final Path directory;
  private final ModelReference.Remote pinned;
  private final List<RemoteFile> files;

  private HadoopModel(FileSystem fileSystem, Path directory, ModelReference.Remote pinned, List<RemoteFile> files) {
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.pinned = pinned;
    this.files = files;
  }

  /**
   * Looks at a directory.
   *
   * @throws TalonException MODEL_SOURCE when it cannot be listed, holds no model, or has changed since the reference was pinned
   */
  static HadoopModel resolve(ModelReference.Remote reference, Configuration configuration) {
    try {
      Path directory = new Path(reference.uri());
      FileSystem fileSystem = directory.getFileSystem(configuration);
      TreeMap<String, FileStatus> present = new TreeMap<>();
      for (FileStatus status : fileSystem.listStatus(directory)) {
        if (status.isFile()) {
          present.put(status.getPath().getName(), status);
        }
      }
      List<RemoteFile> files = new ArrayList<>();
      StringBuilder listing = new StringBuilder(reference.uri());
      for (String name : ModelFileNames.choose(reference.uri(), present.keySet())) {
        FileStatus status = present.get(name);
        files.add(new RemoteFile(name, status.getLen()));
        listing.append('\n').append(name).append(' ').append(status.getLen()).append(' ').append(status.getModificationTime());
      }
      String version = Fingerprint.of(listing.toString()).substring(0, VERSION_DIGITS);
      check(
          reference.version().isEmpty() || reference.version().equals(version),
          ErrorCode.MODEL_SOURCE,
          "%s has changed: its version is %s now, and %s was asked for",
          reference.uri(),
          version,
          reference.version());
      return new HadoopModel(fileSystem, directory, new ModelReference.Remote(reference.uri(), version), files);
    } catch (IOException | IllegalArgumentException e) {
      throw new TalonException(
          ErrorCode.MODEL_SOURCE, "cannot list the model " + reference.uri() + ": " + TalonException.firstLine(e), e);
    }
  }

  @Override
  public ModelReference reference() {
    return pinned;
  }

  @Override
  public String identity() {
    return pinned.text();
  }

  @Override
  public List<RemoteFile> files() {
    return files;
  }

  @Override
  public void fetch(RemoteFile remote, java.nio.file.Path file) throws IOException {
    try (InputStream stream = fileSystem.open(new Path(directory, remote.name()))) {
      Files.copy(stream, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
