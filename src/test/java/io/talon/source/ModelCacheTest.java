package io.talon.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.source.RemoteModel.RemoteFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ModelCacheTest {
  @TempDir
  Path directory;

  private final List<String> notes = new ArrayList<>();

  @Test
  void modelsAreBroughtOnce() {
    Fake model = new Fake("a");
    Path first = cache().directory(model);
    assertThat(cache().directory(model)).isEqualTo(first);
    assertThat(model.fetched).hasValue(2);
    assertThat(first.resolve("one")).hasContent("one of a");
    assertThat(notes).hasSize(1).first().asString().startsWith("bringing fake://model (0.0 MiB) to ");
    assertThat(cache().directory(new Fake("b"))).as("Should keep versions apart").isNotEqualTo(first);
  }

  @Test
  void brokenCopiesAreBroughtAgain() throws IOException {
    Fake model = new Fake("a");
    Path copy = cache().directory(model);
    Files.writeString(copy.resolve("one"), "one");
    assertThat(cache().directory(model).resolve("one")).hasContent("one of a");
    Files.delete(copy.resolve("two"));
    assertThat(cache().directory(model).resolve("two")).hasContent("two of a");
  }

  @Test
  void copiesThatFailShowNothingAndKeepWhatCameOver() {
    Fake model = new Fake("a");
    model.failing = "two";
    assertThatThrownBy(() -> cache().directory(model))
        .hasMessage("cannot bring fake://model to the cache %s: two is not there", directory.resolve("cache"));
    assertThat(directory.resolve("cache")).isDirectoryNotContaining(path -> Files.exists(path.resolve("files.txt")));
    model.failing = null;
    assertThat(cache().directory(model).resolve("two")).hasContent("two of a");
    assertThat(model.fetched).as("Should bring the first file once").hasValue(2);
  }

  @Test
  void filesOfAnotherLengthAreRefused() {
    Fake model = new Fake("a");
    model.announced = 3;
    assertThatThrownBy(() -> cache().directory(model)).hasMessageEndingWith("one must have 3 bytes, 8 came over");
  }

  @Test
  void modelsThatDoNotFitAreRefusedBeforeTheyCome() {
    Fake model = new Fake("a");
    model.announced = 1L << 60;
    assertThatThrownBy(() -> cache().directory(model))
        .hasMessageStartingWith("fake://model needs 1099511627776 MiB more, and the cache ")
        .hasMessageEndingWith(" MiB; choose another with --model-cache");
    assertThat(model.fetched).hasValue(0);
  }

  /** Another process that holds the lock is waited for, and its copy is taken. */
  @Test
  void processesWaitForEachOther() throws Exception {
    ProcessBuilder other = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path") + File.pathSeparator + Path.of("target/test-classes"),
        SlowCopy.class.getName(),
        directory.resolve("cache").toString())
        .redirectErrorStream(true);
    Process process = other.start();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("holding");
      Fake model = new Fake("a");
      assertThat(cache().directory(model).resolve("one")).hasContent("one of a");
      assertThat(model.fetched).as("Should take the other's copy").hasValue(0);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  private ModelCache cache() {
    return new ModelCache(directory.resolve("cache"), notes::add);
  }

  /** What the other process runs: a copy that takes its time. */
  static final class SlowCopy {
    private SlowCopy() {}

    public static void main(String[] args) {
      Fake model = new Fake("a");
      model.slow = true;
      new ModelCache(Path.of(args[0]), note -> {}).directory(model);
    }
  }

  /** Two small files. */
  private static final class Fake implements RemoteModel {
    private final String version;
    private final AtomicInteger fetched = new AtomicInteger();
    private String failing;
    private long announced = 8;
    private boolean slow;

    Fake(String version) {
      this.version = version;
    }

    @Override
    public ModelReference reference() {
      return ModelReference.of("fake://model");
    }

    @Override
    public String identity() {
      return version;
    }

    @Override
    public List<RemoteFile> files() {
      return List.of(new RemoteFile("one", announced), new RemoteFile("two", 8));
    }

    @Override
    public void fetch(RemoteFile remote, Path file) throws IOException {
      if (remote.name().equals(failing)) {
        throw new IOException(failing + " is not there");
      }
      if (slow) {
        System.out.println("holding");
        try {
          Thread.sleep(500);
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      fetched.incrementAndGet();
      Files.writeString(file, remote.name() + " of " + version);
    }
  }
}
