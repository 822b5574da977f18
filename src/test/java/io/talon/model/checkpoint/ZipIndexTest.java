package io.talon.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipIndexTest {
  private static final byte[] CONTENT = {1, 2, 3, 4, 5};
  private static final int FULL = 0xFFFFFFFF;

  @TempDir
  Path directory;

  @Test
  void entriesBeyondFourGigabytesHaveWideFields() throws IOException {
    try (FileChannel channel = FileChannel.open(write(24, CONTENT.length))) {
      ZipIndex zip = new ZipIndex(directory.resolve("a.zip"), channel);
      assertThat(zip.names()).containsExactly("x");
      assertThat(zip.find("x")).isEqualTo(new ZipIndex.Range(30 + 1, CONTENT.length));
      assertThat(zip.read("x", 5).get(4)).isEqualTo((byte) 5);
      assertThatThrownBy(() -> zip.read("x", 4)).hasMessageContaining("entry x has 5 bytes, too many");
      assertThatThrownBy(() -> zip.find("y")).hasMessageContaining("has no entry y");
    }
  }

  @Test
  void wideFieldsThatAreMissingOrTooLarge() throws IOException {
    try (FileChannel channel = FileChannel.open(write(16, CONTENT.length))) {
      assertThatThrownBy(() -> new ZipIndex(directory, channel)).hasMessageContaining("a zip64 field is missing");
    }
    for (long length : new long[] {1000, Long.MAX_VALUE, -1}) {
      try (FileChannel channel = FileChannel.open(write(24, length))) {
        ZipIndex zip = new ZipIndex(directory, channel);
        assertThatThrownBy(() -> zip.find("x"))
            .hasMessageContaining("truncated: entry x needs " + length + " bytes from byte 31");
      }
    }
  }

  /** A zip file of one entry x, whose directory has its sizes and offset in a zip64 field of so many bytes. */
  private Path write(int fieldBytes, long length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0x04034B50).position(26).putShort((short) 1).putShort((short) 0).put((byte) 'x').put(CONTENT);
    int directoryStart = bytes.position();
    bytes.putInt(0x02014B50).position(directoryStart + 20).putInt(FULL).putInt(FULL).putShort((short) 1);
    bytes.putShort((short) (4 + fieldBytes)).position(directoryStart + 42).putInt(FULL).put((byte) 'x');
    ByteBuffer field = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putLong(length).putLong(length).putLong(0);
    bytes.putShort((short) 1).putShort((short) fieldBytes).put(field.array(), 0, fieldBytes);
    int end = bytes.position();
    bytes.putInt(0x06054B50).position(end + 12).putInt(end - directoryStart).putInt(directoryStart).putShort((short) 0);
    byte[] file = new byte[bytes.position()];
    bytes.get(0, file);
    return Files.write(directory.resolve("a.zip"), file);
  }
}
