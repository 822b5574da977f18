package io.talon.model.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes small torch.save files for tests. */
public final class TorchFileWriter {
  private final PickleWriter pickle = PickleWriter.start().op('}').mark();
  private final Map<String, byte[]> storages = new LinkedHashMap<>();

  /** The tensors of a safetensors file as a torch.save file. */
  public static Path convert(Path safetensors, Path file) throws IOException {
    TorchFileWriter writer = new TorchFileWriter();
    byte[] bytes = Files.readAllBytes(safetensors);
    SafetensorsHeader.read(safetensors).forEach((name, tensor) -> {
      byte[] storage = new byte[(int) tensor.bytes()];
      System.arraycopy(bytes, (int) tensor.offset(), storage, 0, storage.length);
      writer.add(name, storageType(tensor.dtype()), storage, tensor.shape());
    });
    return writer.write(file);
  }

  public TorchFileWriter floats(String name, float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return add(name, "FloatStorage", bytes.array(), shape);
  }

  /** Adds a tensor that lies row by row in a storage of its own. */
  public TorchFileWriter add(String name, String type, byte[] storage, long... shape) {
    long[] strides = new long[shape.length];
    long elements = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = elements;
      elements *= shape[i];
    }
    return add(name, type, storage, 0, elements, shape, strides);
  }

  /** Adds a tensor that may contradict its storage. */
  TorchFileWriter add(String name, String type, byte[] storage, long offset, long elements, long[] shape, long[] strides) {
    String key = Integer.toString(storages.size());
    storages.put(key, storage);
    pickle.text(name).tensor(type, key, elements, offset, shape, strides);
    return this;
  }

  public Path write(Path file) throws IOException {
    return write(file, ZipEntry.STORED, "little", pickle.op('u').stop(), storages);
  }

  /** Writes a file of any pickle and storages, right or wrong. */
  static Path write(Path file, int method, String byteOrder, byte[] pickle, Map<String, byte[]> storages) throws IOException {
    List<String> names = new ArrayList<>(List.of("archive/data.pkl", "archive/byteorder"));
    List<byte[]> contents = new ArrayList<>(List.of(pickle, byteOrder.getBytes()));
    storages.forEach((key, bytes) -> {
      names.add("archive/data/" + key);
      contents.add(bytes);
    });
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < names.size(); i++) {
        ZipEntry entry = new ZipEntry(names.get(i));
        CRC32 crc = new CRC32();
        crc.update(contents.get(i));
        entry.setCrc(crc.getValue());
        entry.setSize(contents.get(i).length);
        entry.setMethod(method);
        zip.putNextEntry(entry);
        zip.write(contents.get(i));
        zip.closeEntry();
      }
    }
    return file;
  }

  static String storageType(String dtype) {
    return switch (dtype) {
      case "F32" -> "FloatStorage";
      case "F16" -> "HalfStorage";
      case "BF16" -> "BFloat16Storage";
      case "I64" -> "LongStorage";
      case "BOOL" -> "BoolStorage";
      default -> throw new IllegalArgumentException(dtype);
    };
  }
}
