package io.talon.serve;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.model.checkpoint.Checkpoint;
import io.talon.source.Fingerprint;
import io.talon.source.ModelFileNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** One hash for every byte of the files that a model is made of; what else lies beside them counts nothing. */
public final class ModelHash {
  private static final int THREADS = 4;
  private static final int BUFFER = 1 << 18;

  private ModelHash() {}

  /**
   * SHA-256 over what {@code sha256sum} prints of the model's files, by name: {@code sha256sum FILE... | sha256sum} in the
   * directory says the same.
   *
   * @throws TalonException MODEL_FILE when a file cannot be read
   */
  public static String of(Path directory) {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
      Thread thread = new Thread(task, "talon-hash");
      thread.setDaemon(true);
      return thread;
    });
    try {
      SortedMap<String, CompletableFuture<String>> hashes = new TreeMap<>();
      for (String name : names(directory)) {
        hashes.put(name, CompletableFuture.supplyAsync(() -> ofFile(directory.resolve(name)), threads));
      }
      StringBuilder lines = new StringBuilder();
      hashes.forEach((name, hash) -> lines.append(hash.join()).append("  ").append(name).append('\n'));
      return Fingerprint.ofText(lines.toString());
    } catch (CompletionException e) {
      throw e.getCause() instanceof TalonException known ? known : e;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Configuration, tokenizer and template, and the weights that are read, which an index may call what it likes. */
  private static TreeSet<String> names(Path directory) {
    TreeSet<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(directory)) {
      List<String> present = files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
      names.addAll(ModelFileNames.choose(directory.toString(), present));
    } catch (IOException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, "cannot list " + directory + ": " + TalonException.firstLine(e), e);
    }
    Checkpoint weights = Checkpoint.open(directory);
    weights.names().forEach(tensor -> names.add(weights.tensor(tensor).file().getFileName().toString()));
    return names;
  }

  private static String ofFile(Path file) {
    Fingerprint digest = new Fingerprint();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.add(buffer, read);
      }
    } catch (IOException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, "cannot read " + file + ": " + TalonException.firstLine(e), e);
    }
    return digest.hex();
  }
}
