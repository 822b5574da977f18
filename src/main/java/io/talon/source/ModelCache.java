package io.talon.source;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.source.RemoteModel.RemoteFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A node's copies of models that are kept elsewhere, each brought here once whatever asks for it: threads and processes wait
 * for one copy, and one that is broken or not finished is never handed out.
 */
public final class ModelCache {
  private static final int KEY_DIGITS = 16;
  private static final int NAME_LENGTH = 60;

  private final Path root;
  private final Consumer<String> notes;

  /**
   * @param root made where it is missing
   * @param notes takes a line before a model is brought here
   */
  public ModelCache(Path root, Consumer<String> notes) {
    this.root = root;
    this.notes = notes;
  }

  /**
   * The directory of a model on this node.
   *
   * @throws TalonException MODEL_SOURCE when the model cannot be brought here
   */
  @SuppressWarnings("try") // the lock is held, not called
  public Path directory(RemoteModel model) {
    CacheEntry entry = new CacheEntry(root, name(model));
    try {
      if (!entry.complete()) {
        Files.createDirectories(root);
        try (CacheLock lock = CacheLock.acquire(entry.lock())) {
          if (!entry.complete()) { // another may have brought it meanwhile
            bring(model, entry);
          }
        }
      }
      return entry.model();
    } catch (IOException e) {
      throw new TalonException(
          ErrorCode.MODEL_SOURCE,
          String.format("cannot bring %s to the cache %s: %s", model.reference().text(), root, message(e)),
          e);
    }
  }

  private void bring(RemoteModel model, CacheEntry entry) throws IOException {
    List<RemoteFile> files = model.files();
    Path directory = Files.createDirectories(entry.partialModel());
    long missing = 0;
    for (RemoteFile file : files) {
      missing += Math.max(0, file.size() - size(part(directory, file)) - size(directory.resolve(file.name())));
    }
    long usable = Files.getFileStore(directory).getUsableSpace();
    check(
        missing <= usable,
        ErrorCode.MODEL_SOURCE,
        "%s needs %s MiB more, and the cache %s has room for %s MiB; choose another with --model-cache",
        model.reference().text(),
        missing >> 20,
        root,
        usable >> 20);
    notes.accept(
        String.format(Locale.ROOT, "bringing %s (%.1f MiB) to %s", model.reference().text(), missing / 1048576.0, entry.model()));
    for (RemoteFile file : files) {
      bring(model, file, directory);
    }
    entry.publish();
  }

  private static void bring(RemoteModel model, RemoteFile file, Path directory) throws IOException {
    Path whole = directory.resolve(file.name());
    if (Files.exists(whole)) {
      return; // an earlier attempt brought it
    }
    Path part = part(directory, file);
    model.fetch(file, part);
    if (file.sizeKnown() && Files.size(part) != file.size()) {
      long found = Files.size(part);
      Files.delete(part);
      throw new IOException(String.format("%s must have %s bytes, %s came over", file.name(), file.size(), found));
    }
    Files.move(part, whole);
  }

  private static Path part(Path directory, RemoteFile file) {
    return directory.resolveSibling(file.name() + ".part");
  }

  private static long size(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /** The end of the reference, for people, and a hash of the identity. */
  private static String name(RemoteModel model) {
    String readable = model.reference().text().replaceAll("[@#].*", "").replaceAll("[^A-Za-z0-9._-]+", "-");
    return readable.substring(Math.max(0, readable.length() - NAME_LENGTH)) + "-" + hash(model.identity());
  }

  /** The first digits of a text's SHA-256. */
  private static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, KEY_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static String message(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
