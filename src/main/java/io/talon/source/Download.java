package io.talon.source;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.source.RemoteModel.RemoteFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Brings one file from a hub: goes on where an earlier attempt broke off, and checks what it has in the end. */
final class Download {
  private static final int BUFFER = 1 << 18;

  private final HubClient client;
  private final String name;
  private final URI address;
  private final Path file;

  /**
   * @param name of the file, for messages
   * @param file where it goes
   */
  Download(HubClient client, String name, URI address, Path file) {
    this.client = client;
    this.name = name;
    this.address = address;
    this.file = file;
  }

  /** Ends with the whole file; MODEL_SOURCE when it comes with a wrong checksum again and again. */
  void run() throws IOException {
    try {
      Attempts.of(client.access().firstDelay(), this::attempt);
    } catch (WrongChecksum e) {
      throw new TalonException(ErrorCode.MODEL_SOURCE, e.getMessage(), e);
    }
  }

  private Path attempt() throws IOException {
    long have = Files.exists(file) ? Files.size(file) : 0;
    try (HubAnswer answer = client.get(name, address, have)) {
      if (answer.begin() != 0 && answer.begin() != have) {
        throw new IOException(name + " was asked for from byte " + have + ", and came from byte " + answer.begin());
      }
      write(answer.response().body(), answer.begin() > 0);
      check(answer);
      return file;
    } catch (HubClient.NothingThere e) {
      Files.deleteIfExists(file); // what is here is whole, or longer than the whole: only the checks can tell
      throw e;
    }
  }

  private void write(InputStream body, boolean behindWhatIsHere) throws IOException {
    StandardOpenOption mode = behindWhatIsHere ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
    byte[] buffer = new byte[BUFFER];
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode);
        StallGuard guard = StallGuard.over(body, client.access().stall())) {
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        guard.moved();
        out.write(buffer, 0, read);
      }
    }
  }

  private void check(HubAnswer answer) throws IOException {
    long size = Files.size(file);
    if (answer.size() != RemoteFile.UNKNOWN_SIZE && answer.size() != size) {
      throw new IOException(String.format("the transfer of %s broke off at %s of %s bytes", name, size, answer.size()));
    }
    if (answer.sha256().isPresent()) {
      String found = sha256(file);
      if (!answer.sha256().get().equals(found)) {
        Files.delete(file);
        throw new WrongChecksum(
            String.format("%s came with the wrong checksum: SHA-256 %s instead of %s", name, found, answer.sha256().get()));
      }
    }
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Worth another attempt from the start. */
  private static final class WrongChecksum extends IOException {
    private static final long serialVersionUID = 1L;

    WrongChecksum(String message) {
      super(message);
    }
  }
}
