package io.talon.source;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The places of one model in the cache: {@code NAME/model}, which is there as a whole or not at all; {@code NAME.partial},
 * where it is put together; {@code NAME.lock}.
 */
record CacheEntry(Path root, String name) {
  private static final String MODEL = "model";
  private static final String FILES = "files.txt"; // a line per file: length, blank, name

  Path lock() {
    return root.resolve(name + ".lock");
  }

  /** The finished model. */
  Path model() {
    return directory().resolve(MODEL);
  }

  /** The model while it is put together. */
  Path partialModel() {
    return partial().resolve(MODEL);
  }

  /** Whether the model is there with all its files in their full lengths. */
  boolean complete() throws IOException {
    Path list = directory().resolve(FILES);
    if (!Files.isRegularFile(list)) {
      return false;
    }
    for (String line : Files.readAllLines(list)) {
      int blank = line.indexOf(' ');
      Path file = model().resolve(line.substring(blank + 1));
      if (!Files.isRegularFile(file) || Files.size(file) != Long.parseLong(line.substring(0, blank))) {
        return false;
      }
    }
    return true;
  }

  /** Makes the model that was put together the finished one, in one step. */
  void publish() throws IOException {
    StringBuilder list = new StringBuilder();
    for (Path file : files(partialModel())) {
      force(file);
      list.append(Files.size(file)).append(' ').append(file.getFileName()).append('\n');
    }
    Path written = partial().resolve(FILES);
    Files.write(written, list.toString().getBytes(StandardCharsets.UTF_8));
    force(written);
    deleteAll(directory());
    Files.move(partial(), directory(), StandardCopyOption.ATOMIC_MOVE);
  }

  private Path directory() {
    return root.resolve(name);
  }

  private Path partial() {
    return root.resolve(name + ".partial");
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  /** Waits until the disk has a file. */
  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void deleteAll(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
