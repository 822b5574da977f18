package io.talon.source;

/**
 * A file of a model that is kept elsewhere.
 *
 * @param name without directories
 * @param size bytes, {@link #UNKNOWN_SIZE} where the other side does not say
 */
public record RemoteFile(String name, long size) {
  public static final long UNKNOWN_SIZE = -1;

  boolean sizeKnown() {
    return size != UNKNOWN_SIZE;
  }
}
