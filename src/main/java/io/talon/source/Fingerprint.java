package io.talon.source;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, in hexadecimal. */
public final class Fingerprint {
  private final MessageDigest digest = sha256();

  /** Of texts, each on a line of its own. */
  public static String of(String... lines) {
    return ofText(String.join("\n", lines) + "\n");
  }

  /** Of one text. */
  public static String ofText(String text) {
    Fingerprint fingerprint = new Fingerprint();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    fingerprint.add(bytes, bytes.length);
    return fingerprint.hex();
  }

  /** Takes the first so many bytes of a buffer. */
  public void add(byte[] bytes, int length) {
    digest.update(bytes, 0, length);
  }

  /** The hash of what was taken. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
