package io.talon.source;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** One name for all that the texts of a run depend on, so that two runs can be told apart. */
public final class Fingerprint {
  /** Of larger files, which are weights, the size and this many leading bytes stand for the whole. */
  private static final int LEADING_BYTES = 1 << 24;

  private Fingerprint() {}

  /** SHA-256, in hexadecimal, over the names and contents of the files in the directories, and the texts. */
  public static String of(List<Path> directories, String... texts) {
    MessageDigest digest = sha256();
    try {
      for (Path directory : directories) {
        for (Path file : files(directory)) {
          add(digest, file.getFileName() + " " + Files.size(file));
          try (InputStream stream = Files.newInputStream(file)) {
            digest.update(stream.readNBytes(LEADING_BYTES));
          }
        }
      }
    } catch (IOException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, "cannot read the models: " + e.getMessage(), e);
    }
    for (String text : texts) {
      add(digest, text);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void add(MessageDigest digest, String text) {
    digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
