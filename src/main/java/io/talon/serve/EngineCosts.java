package io.talon.serve;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.TalonException;
import io.talon.Version;
import io.talon.conf.ModelOptions;
import io.talon.cost.CostProbe;
import io.talon.cost.CostProbe.Measurement;
import io.talon.cost.CostTable;
import io.talon.engine.Engine;
import io.talon.source.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/**
 * What the calls of an engine cost: measured once per models, shape of the engine and machine, and kept in the user's cache.
 *
 * <p>Where the machine seems to have been busy with something else the next engines measure again, for a shorter time, and of all
 * measurements the smaller times count. A file that cannot be read or written only costs the time to measure again.
 */
public final class EngineCosts {
  private static final long ALLOWED_NANOS = TimeUnit.SECONDS.toNanos(4);
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int MOST_MEASUREMENTS = 3;
  private static final String MEASUREMENTS = "measurements"; // in the file, beside the table
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FORM = "15"; // of measurement and forwards: tables of another one are made again

  private EngineCosts() {}

  /** Measures an open and empty engine of these models, or reads what was measured before. */
  public static Function<Engine, CostTable> of(ModelOptions models) {
    return engine -> read(models, engine);
  }

  private static CostTable read(ModelOptions models, Engine engine) {
    Path file = directory().resolve(name(models, engine) + ".json");
    return read(file, allowed -> CostProbe.measure(engine, System::nanoTime, allowed));
  }

  /**
   * Reads a table, or measures.
   *
   * @param measure in a time that is given in nanoseconds
   */
  static CostTable read(Path file, LongFunction<Measurement> measure) {
    int measurements;
    CostTable before;
    try {
      String kept = Files.readString(file);
      before = CostTable.parse(kept);
      measurements = JSON.readTree(kept).path(MEASUREMENTS).asInt(MOST_MEASUREMENTS);
    } catch (IOException | TalonException e) { // measured for the first time, or not by this version
      Measurement first = measure.apply(ALLOWED_NANOS);
      write(first.table(), first.steady() ? MOST_MEASUREMENTS : 1, file);
      return first.table();
    }
    if (measurements >= MOST_MEASUREMENTS) {
      return before;
    }
    Measurement again = measure.apply(AGAIN_NANOS);
    CostTable table = before.calmer(again.table());
    write(table, again.steady() ? MOST_MEASUREMENTS : measurements + 1, file);
    return table;
  }

  private static Path directory() {
    String home = System.getenv("XDG_CACHE_HOME");
    Path caches = home == null || home.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(home);
    return caches.resolve("talon").resolve("costs");
  }

  /** Names files, sizes and times instead of hashing gigabytes: a wrong table would cost speed, and no text. */
  private static String name(ModelOptions models, Engine engine) {
    String draft = models.hasDraft() ? models.draft() : "";
    return Fingerprint.of(
        Version.text(), FORM, files(models.target()), draft.isEmpty() ? "" : files(draft), engine.spec().toString(),
        Machine.describe().toString());
  }

  private static String files(String directory) {
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      List<Path> sorted = files.filter(Files::isRegularFile).sorted().toList();
      StringBuilder names = new StringBuilder();
      for (Path file : sorted) {
        names.append(file.getFileName()).append(' ').append(Files.size(file)).append(' ');
        names.append(Files.getLastModifiedTime(file).toMillis()).append('\n');
      }
      return names.toString();
    } catch (IOException e) { // a reference that is no local directory; the engine would not be open
      return directory;
    }
  }

  private static void write(CostTable table, int measurements, Path file) {
    if (table == CostTable.ASSUMED) { // an engine that cannot be measured
      return;
    }
    try {
      Files.createDirectories(file.getParent());
      Path whole = Files.createTempFile(file.getParent(), "costs", ".tmp");
      Files.writeString(whole, table.toJson().put(MEASUREMENTS, measurements).toString());
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      return; // not kept: the next engine measures again
    }
  }
}
