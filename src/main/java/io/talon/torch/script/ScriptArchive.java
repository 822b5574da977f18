package io.talon.torch.script;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive that carries the text of a script and no tensors: a zip of stored entries.
 *
 * <p>Every attribute the class declares must be a {@code List[Tensor]} or a {@code List[int]}, empty at first, besides {@code training}.
 */
public final class ScriptArchive {
  private static final Pattern CLASS = Pattern.compile("(?m)^class (\\w+)\\(Module\\):");
  private static final Pattern LIST = Pattern.compile("(?m)^  (\\w+) : List\\[(Tensor|int)\\]");
  private static final byte[] FORMAT_VERSION = "10\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  private ScriptArchive() {}

  /** Names of the tensor lists that a script declares, in order. */
  public static List<String> tensorLists(String script) {
    return LIST.matcher(script).results().filter(result -> result.group(2).equals("Tensor")).map(result -> result.group(1))
        .toList();
  }

  private static List<String> lists(String script) {
    return LIST.matcher(script).results().map(result -> result.group(1)).toList();
  }

  /** Writes the archive. */
  public static void write(String script, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      store(zip, "m/version", FORMAT_VERSION);
      store(zip, "m/data.pkl", pickledModule(script));
      store(zip, "m/constants.pkl", EMPTY_TUPLE);
      store(zip, "m/code/__torch__.py", script.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static byte[] pickledModule(String script) throws IOException {
    Matcher name = CLASS.matcher(script);
    if (!name.find()) {
      throw new IllegalArgumentException("the script declares no module");
    }
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.write(new byte[] {(byte) 0x80, 2});
    pickle.write(("c__torch__\n" + name.group(1) + "\n").getBytes(StandardCharsets.US_ASCII));
    pickle.write(new byte[] {')', (byte) 0x81, '}', '('});
    for (String list : lists(script)) {
      writeText(pickle, list);
      pickle.write(']');
    }
    writeText(pickle, "training");
    pickle.write(0x89); // False
    pickle.write(new byte[] {'u', 'b', '.'});
    return pickle.toByteArray();
  }

  private static void writeText(ByteArrayOutputStream pickle, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    pickle.write('X');
    pickle.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length).array());
    pickle.write(bytes);
  }

  private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
