package io.talon.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Memory that is still to be had. */
public final class FreeMemory {
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");
  private static final String AVAILABLE = "MemAvailable:";
  private static final String[] UNITS = {"bytes", "KB", "MB", "GB", "TB"};

  private FreeMemory() {}

  /** Bytes that this process can take on the host, the container's limit counted; the largest long where nobody says. */
  public static long ofHost() {
    return Math.min(available(MEMORY_INFO), ControlGroup.ofThisProcess().freeBytes());
  }

  /** What the kernel says that it could give away without swapping. */
  static long available(Path memoryInfo) {
    try (Stream<String> lines = Files.lines(memoryInfo)) {
      return lines.filter(line -> line.startsWith(AVAILABLE))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(Long.MAX_VALUE);
    } catch (IOException | UncheckedIOException e) { // other systems have no such file
      return Long.MAX_VALUE;
    }
  }

  /** A number of bytes for people: {@code 1.5 GB}, in powers of 1000. */
  public static String text(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
