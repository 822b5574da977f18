package io.talon.model.checkpoint;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Where the stored entries of a zip file lie, so that they can be mapped in place; files beyond 4 GB (zip64) too.
 *
 * <p>Sources: PKWARE's APPNOTE 6.3, sections 4.3 and 4.5.3. Sizes come from the central directory, since torch leaves them out
 * of the local headers.
 */
final class ZipIndex {
  /** A range of bytes, from the beginning of the file. */
  record Range(long offset, long length) {}

  private record Entry(int flags, int method, long length, long header) {}

  private static final int LOCAL_HEADER = 0x04034B50;
  private static final int CENTRAL_HEADER = 0x02014B50;
  private static final int END = 0x06054B50;
  private static final int END_64 = 0x06064B50;
  private static final int END_64_LOCATOR = 0x07064B50;
  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int END_64_BYTES = 56;
  private static final int LOCATOR_BYTES = 20;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final long LONGEST_DIRECTORY = 100_000_000;
  private static final long BEYOND_32_BITS = 0xFFFFFFFFL;

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** Reads the central directory; MODEL_FILE when there is none or it contradicts itself. */
  ZipIndex(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    ByteBuffer directory = directory();
    while (directory.hasRemaining()) {
      addEntry(directory);
    }
  }

  /** Names of the entries, in the order of the directory. */
  Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /** Where an entry's bytes lie; MODEL_FILE when it is missing, compressed, encrypted or beyond the end of the file. */
  Range find(String name) throws IOException {
    Entry entry = entries.get(name);
    check(entry != null, ErrorCode.MODEL_FILE, "%s has no entry %s", file, name);
    check(
        entry.method == 0 && (entry.flags & 1) == 0,
        ErrorCode.MODEL_FILE,
        "%s: entry %s is compressed or encrypted, so it cannot be mapped; torch.save stores entries plainly: save it again",
        file,
        name);
    ByteBuffer header = read(entry.header, LOCAL_BYTES);
    check(header.getInt(0) == LOCAL_HEADER, ErrorCode.MODEL_FILE, "%s is corrupt: entry %s has no local header", file, name);
    long start = entry.header + LOCAL_BYTES + unsigned(header, 26) + unsigned(header, 28);
    check(
        entry.length >= 0 && entry.length <= channel.size() - start,
        ErrorCode.MODEL_FILE,
        "%s is truncated: entry %s needs %s bytes from byte %s, the file has %s",
        file,
        name,
        entry.length,
        start,
        channel.size());
    return new Range(start, entry.length);
  }

  /** The bytes of a small entry. */
  ByteBuffer read(String name, long longest) throws IOException {
    Range range = find(name);
    check(
        range.length <= longest, ErrorCode.MODEL_FILE, "%s: entry %s has %s bytes, too many", file, name, range.length);
    return read(range.offset, (int) range.length);
  }

  private ByteBuffer directory() throws IOException {
    long size = channel.size();
    int tailBytes = (int) Math.min(size, LOCATOR_BYTES + END_BYTES + LONGEST_COMMENT);
    ByteBuffer tail = read(size - tailBytes, tailBytes);
    int end = tailBytes - END_BYTES;
    while (end >= 0 && !(tail.getInt(end) == END && end + END_BYTES + unsigned(tail, end + 20) == tailBytes)) {
      end--;
    }
    check(end >= 0, ErrorCode.MODEL_FILE, "%s is truncated: the directory at the end of the zip file is missing", file);
    long length = Integer.toUnsignedLong(tail.getInt(end + 12));
    long start = Integer.toUnsignedLong(tail.getInt(end + 16));
    int locator = end - LOCATOR_BYTES;
    if (locator >= 0 && tail.getInt(locator) == END_64_LOCATOR) {
      ByteBuffer end64 = read(tail.getLong(locator + 8), END_64_BYTES);
      check(end64.getInt(0) == END_64, ErrorCode.MODEL_FILE, "%s is corrupt: its zip64 directory is missing", file);
      length = end64.getLong(40);
      start = end64.getLong(48);
    }
    check(
        length >= 0 && length <= LONGEST_DIRECTORY,
        ErrorCode.MODEL_FILE,
        "%s is corrupt: its directory has %s bytes",
        file,
        length);
    return read(start, (int) length);
  }

  private void addEntry(ByteBuffer directory) {
    int at = directory.position();
    check(
        directory.remaining() >= CENTRAL_BYTES && directory.getInt(at) == CENTRAL_HEADER,
        ErrorCode.MODEL_FILE,
        "%s is corrupt: entry %s of its directory is malformed",
        file,
        entries.size());
    int nameBytes = unsigned(directory, at + 28);
    int extraBytes = unsigned(directory, at + 30);
    int next = at + CENTRAL_BYTES + nameBytes + extraBytes + unsigned(directory, at + 32);
    check(next <= directory.limit(), ErrorCode.MODEL_FILE, "%s is corrupt: its directory is cut short", file);
    byte[] name = new byte[nameBytes];
    directory.get(at + CENTRAL_BYTES, name);
    long length = Integer.toUnsignedLong(directory.getInt(at + 24));
    long packed = Integer.toUnsignedLong(directory.getInt(at + 20));
    long header = Integer.toUnsignedLong(directory.getInt(at + 42));
    ByteBuffer wide = wide(directory, at + CENTRAL_BYTES + nameBytes, extraBytes);
    // the wide fields come in this order, each only if its narrow one is full
    length = length == BEYOND_32_BITS ? next(wide) : length;
    if (packed == BEYOND_32_BITS) {
      next(wide);
    }
    header = header == BEYOND_32_BITS ? next(wide) : header;
    entries.put(
        new String(name, StandardCharsets.UTF_8),
        new Entry(unsigned(directory, at + 8), unsigned(directory, at + 10), length, header));
    directory.position(next);
  }

  /** The zip64 field among an entry's extra fields, empty without one. */
  private static ByteBuffer wide(ByteBuffer directory, int start, int length) {
    for (int at = start; at + 4 <= start + length; at += 4 + unsigned(directory, at + 2)) {
      if (unsigned(directory, at) == 1) {
        int size = Math.min(unsigned(directory, at + 2), start + length - at - 4);
        return directory.slice(at + 4, size).order(ByteOrder.LITTLE_ENDIAN);
      }
    }
    return ByteBuffer.allocate(0);
  }

  private long next(ByteBuffer wide) {
    check(wide.remaining() >= Long.BYTES, ErrorCode.MODEL_FILE, "%s is corrupt: a zip64 field is missing", file);
    return wide.getLong();
  }

  private ByteBuffer read(long offset, int length) throws IOException {
    check(
        offset >= 0 && offset <= channel.size() - length,
        ErrorCode.MODEL_FILE,
        "%s is truncated or corrupt: it refers to %s bytes from byte %s, the file has %s",
        file,
        length,
        Long.toUnsignedString(offset),
        channel.size());
    return TensorReader.read(channel, offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int unsigned(ByteBuffer bytes, int at) {
    return Short.toUnsignedInt(bytes.getShort(at));
  }
}
