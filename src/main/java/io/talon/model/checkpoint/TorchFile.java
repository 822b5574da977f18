package io.talon.model.checkpoint;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the index of a {@code torch.save} file: a zip file of a pickled dict, {@code NAME/data.pkl}, and plain storages,
 * {@code NAME/data/KEY}, which are not read; no code of the file is run.
 */
final class TorchFile {
  private static final String PICKLE = "/data.pkl";
  private static final long LONGEST_PICKLE = 10_000_000; // far more than the names of any model
  private static final int ZIP = 0x504B0304;
  private static final int PICKLE_BYTE = 0x80;

  private final Path file;
  private final ZipIndex zip;
  private final String root; // of the entries' names

  private TorchFile(Path file, FileChannel channel) throws IOException {
    this.file = file;
    zip = new ZipIndex(file, channel);
    List<String> pickles =
        zip.names().stream().filter(name -> name.endsWith(PICKLE) && name.indexOf('/') == name.lastIndexOf('/')).toList();
    check(
        pickles.size() == 1,
        ErrorCode.MODEL_FILE,
        "%s is no file of torch.save: it should have one entry NAME/data.pkl, found %s",
        file,
        pickles.size());
    root = pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
  }

  /**
   * The tensors of a file by name.
   *
   * <p>MODEL_FILE when it is truncated, malformed, of torch before 1.6, or names an object that is not on the allow-list;
   * MODEL_TENSOR when a tensor contradicts its storage or is not stored row by row.
   */
  static Map<String, TensorInfo> read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      checkForm(file, channel);
      return new TorchFile(file, channel).tensors();
    } catch (EOFException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, file + " became shorter while it was read", e);
    } catch (IOException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, "Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static void checkForm(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    check(size >= Integer.BYTES, ErrorCode.MODEL_FILE, "%s is truncated: %s bytes", file, size);
    int first = TensorReader.read(channel, 0, Integer.BYTES).getInt();
    check(
        first >>> 24 != PICKLE_BYTE,
        ErrorCode.MODEL_FILE,
        "%s has the form of torch.save before torch 1.6, which cannot be read without running it; "
            + "load it in Python and save it again, best as safetensors",
        file);
    check(first == ZIP, ErrorCode.MODEL_FILE, "%s is no file of torch.save: it does not begin as a zip file", file);
  }

  private Map<String, TensorInfo> tensors() throws IOException {
    checkByteOrder();
    Object pickled;
    try {
      pickled = Unpickler.read(zip.read(root + PICKLE, LONGEST_PICKLE), new TorchObjects());
    } catch (TalonException e) {
      throw e.getMessage().startsWith(file.toString()) ? e : new TalonException(e.code(), file + ": " + e.getMessage(), e);
    }
    check(pickled instanceof Map, ErrorCode.MODEL_FILE, "%s must hold a dict of tensors, found %s", file, kind(pickled));
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) pickled).entrySet()) {
      check(
          entry.getKey() instanceof String && entry.getValue() instanceof TorchObjects.Tensor,
          ErrorCode.MODEL_FILE,
          "%s must hold a dict of tensors by name, but under %s it has %s; save the state_dict itself",
          file,
          entry.getKey(),
          kind(entry.getValue()));
      String name = (String) entry.getKey();
      tensors.put(name, tensor(name, (TorchObjects.Tensor) entry.getValue()));
    }
    return tensors;
  }

  private void checkByteOrder() throws IOException {
    String entry = root + "/byteorder";
    if (zip.names().contains(entry)) {
      ByteBuffer bytes = zip.read(entry, Byte.MAX_VALUE);
      String order = StandardCharsets.UTF_8.decode(bytes).toString();
      check(order.equals("little"), ErrorCode.MODEL_FILE, "%s: byte order '%s' is not supported; little is", file, order);
    }
  }

  private TensorInfo tensor(String name, TorchObjects.Tensor tensor) throws IOException {
    TorchObjects.Storage storage = tensor.storage();
    ZipIndex.Range range = zip.find(root + "/data/" + storage.key());
    int item = TensorInfo.itemBytes(storage.dtype());
    check(
        storage.elements() <= range.length() / item,
        ErrorCode.MODEL_TENSOR,
        "%s: the storage of tensor %s should have %s elements %s, found %s bytes",
        file,
        name,
        storage.elements(),
        storage.dtype(),
        range.length());
    long elements = elements(name, tensor);
    check(
        tensor.offset() <= storage.elements() && elements <= storage.elements() - tensor.offset(),
        ErrorCode.MODEL_TENSOR,
        "%s: tensor %s has %s elements from element %s of a storage of %s",
        file,
        name,
        elements,
        tensor.offset(),
        storage.elements());
    long offset = range.offset() + tensor.offset() * item;
    return new TensorInfo(name, file, storage.dtype(), tensor.shape(), offset, elements * item);
  }

  /** The number of elements of a tensor that lies row by row. */
  private long elements(String name, TorchObjects.Tensor tensor) {
    long elements = 1;
    boolean rowByRow = true;
    try {
      for (int i = tensor.shape().length - 1; i >= 0; i--) {
        rowByRow &= tensor.shape()[i] == 1 || tensor.strides()[i] == elements;
        elements = Math.multiplyExact(elements, tensor.shape()[i]);
      }
    } catch (ArithmeticException e) {
      throw new TalonException(ErrorCode.MODEL_TENSOR, file + ": the shape of tensor " + name + " is beyond all bounds", e);
    }
    check(
        rowByRow || elements == 0,
        ErrorCode.MODEL_TENSOR,
        "%s: tensor %s of shape %s is not stored row by row, its strides are %s; call contiguous() before torch.save",
        file,
        name,
        Arrays.toString(tensor.shape()),
        Arrays.toString(tensor.strides()));
    return elements;
  }

  /** What an object is, without showing it: a file can nest objects without end. */
  private static String kind(Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Map) {
      return "a dict";
    }
    return value instanceof List ? "a list" : "a " + value.getClass().getSimpleName();
  }
}
