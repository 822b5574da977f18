package io.talon.model.checkpoint;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks for files in a model directory and says what is there when one is not. */
public final class ModelFiles {
  private static final int LISTED = 20;

  private ModelFiles() {}

  /** The path of a file that must be there; MODEL_FILE when it or the directory is missing. */
  public static Path require(Path directory, String name) {
    requireDirectory(directory);
    Path path = directory.resolve(name);
    check(
        Files.isRegularFile(path),
        ErrorCode.MODEL_FILE,
        "Model directory %s has no %s; it holds: %s",
        directory,
        name,
        listing(directory));
    return path;
  }

  static void requireDirectory(Path directory) {
    check(Files.isDirectory(directory), ErrorCode.MODEL_FILE, "Model directory %s does not exist or is no directory", directory);
  }

  /** Names of the files in a directory, for messages. */
  static String listing(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      String names = files.map(file -> file.getFileName().toString()).sorted().limit(LISTED).collect(Collectors.joining(", "));
      return names.isEmpty() ? "nothing" : names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same error, its message opened by the file that is to blame unless it names the directory already. */
  public static TalonException blame(Path file, Path directory, TalonException error) {
    String message = error.getMessage();
    return message.contains(directory.toString()) ? error : new TalonException(error.code(), file + ": " + message, error);
  }
}
