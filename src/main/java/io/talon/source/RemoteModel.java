package io.talon.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One version of a model that is kept elsewhere. */
public interface RemoteModel {
  /** A reference to this very version. */
  ModelReference reference();

  /** What tells the version from all others, wherever it came from; names its place in the cache. */
  String identity();

  /** The files that a model is made of, without those that nobody here reads. */
  List<RemoteFile> files() throws IOException;

  /**
   * Brings a file here.
   *
   * @param file where it goes; what an earlier attempt left there may be continued
   * @throws IOException when the file did not come over whole
   */
  void fetch(RemoteFile remote, Path file) throws IOException;

  /**
   * A file of a model that is kept elsewhere.
   *
   * @param name without directories
   * @param size bytes, {@link #UNKNOWN_SIZE} where the other side does not say
   */
  record RemoteFile(String name, long size) {
    static final long UNKNOWN_SIZE = -1;

    boolean sizeKnown() {
      return size != UNKNOWN_SIZE;
    }
  }
}
