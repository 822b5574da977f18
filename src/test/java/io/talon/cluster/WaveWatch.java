package io.talon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A reader that looks at the waves of a run all the time, and holds that one that is there is whole and stays as it is. */
final class WaveWatch implements AutoCloseable {
  private static final long POLL_MILLIS = 2;

  private final Path run;
  private final SortedMap<String, SortedMap<String, Long>> firstSeen = new TreeMap<>(); // sizes of files by wave; guarded by this
  private final List<String> changed = new ArrayList<>(); // guarded by this
  private final Thread thread = new Thread(this::watch, "wave-watch");
  private volatile boolean ending;

  /** Begins. */
  WaveWatch(Path run) {
    this.run = run;
    thread.start();
  }

  /** Names of the waves that have been seen. */
  synchronized List<String> seen() {
    return List.copyOf(firstSeen.keySet());
  }

  /** Fails unless every wave had its tables when it appeared, and kept them since. */
  synchronized void check() throws IOException {
    look();
    assertThat(changed).as("Waves should not change once they are there").isEmpty();
    firstSeen.forEach((wave, files) -> {
      for (String table : List.of("generations", "rounds", "quarantine")) {
        assertThat(files.keySet()).as("%s should appear with all its tables", wave).anyMatch(
            file -> file.startsWith(table + "/") && file.endsWith(".parquet"));
      }
    });
  }

  @Override
  public void close() {
    ending = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch() {
    try {
      while (!ending) {
        look();
        Thread.sleep(POLL_MILLIS);
      }
    } catch (IOException | InterruptedException e) {
      synchronized (this) {
        changed.add("the watch ended: " + e);
      }
    }
  }

  private synchronized void look() throws IOException {
    if (!Files.exists(run)) {
      return;
    }
    try (DirectoryStream<Path> waves = Files.newDirectoryStream(run, "wave=*")) {
      for (Path wave : waves) {
        String name = wave.getFileName().toString();
        SortedMap<String, Long> files = files(wave);
        Map<String, Long> before = firstSeen.putIfAbsent(name, files);
        if (before != null && !before.equals(files)) {
          changed.add(name + ": " + before + ", later " + files);
        }
      }
    }
  }

  private static SortedMap<String, Long> files(Path wave) throws IOException {
    try (Stream<Path> files = Files.walk(wave)) {
      return files
          .filter(Files::isRegularFile)
          .collect(Collectors.toMap(file -> wave.relativize(file).toString(), WaveWatch::size, Long::max, TreeMap::new));
    } catch (NoSuchFileException | UncheckedIOException e) {
      return new TreeMap<>(Map.of(e.toString(), 0L)); // a file that goes away is a change
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return -1;
    }
  }
}
