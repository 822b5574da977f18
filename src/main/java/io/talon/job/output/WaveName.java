package io.talon.job.output;

import org.apache.hadoop.fs.Path;

/** What the directory of a wave is called: a partition directory, whose column readers call {@code wave}. */
public record WaveName(int number) {
  /** The column. */
  public static final String COLUMN = "wave";
  /** The directories of all waves. */
  public static final String GLOB = COLUMN + "=[0-9]*";

  /** The number in the name of a wave's directory. */
  public static int number(String name) {
    return Integer.parseInt(name.substring(name.indexOf('=') + 1));
  }

  /** Such a directory within another. */
  public Path in(String directory) {
    return new Path(directory, toString());
  }

  @Override
  public String toString() {
    return String.format("%s=%05d", COLUMN, number);
  }
}
