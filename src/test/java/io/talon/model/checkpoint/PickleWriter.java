package io.talon.model.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles opcode by opcode for tests, right or wrong ones. */
final class PickleWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A pickle of protocol 2, as torch writes it. */
  static PickleWriter start() {
    return new PickleWriter().op(0x80, 2);
  }

  PickleWriter op(int... bytes) {
    for (int value : bytes) {
      out.write(value);
    }
    return this;
  }

  PickleWriter mark() {
    return op('(');
  }

  PickleWriter global(String module, String name) {
    out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  PickleWriter text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return op('X').little(bytes.length, Integer.BYTES).raw(bytes);
  }

  PickleWriter integer(long value) {
    return op(0x8A, Long.BYTES).little(value, Long.BYTES);
  }

  PickleWriter integers(long... values) {
    mark();
    for (long value : values) {
      integer(value);
    }
    return op('t');
  }

  PickleWriter little(long value, int bytes) {
    byte[] all = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    out.write(all, 0, bytes);
    return this;
  }

  PickleWriter raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** A persistent id of a storage. */
  PickleWriter storage(String type, String key, long elements) {
    return mark().text("storage").global("torch", type).text(key).text("cpu").integer(elements).op('t', 'Q');
  }

  /** A tensor of a storage. */
  PickleWriter tensor(String type, String key, long elements, long offset, long[] shape, long[] strides) {
    global("torch._utils", "_rebuild_tensor_v2").mark().storage(type, key, elements).integer(offset);
    integers(shape).integers(strides).op(0x89);
    return global("collections", "OrderedDict").op(')', 'R', 't', 'R');
  }

  byte[] stop() {
    return op('.').out.toByteArray();
  }
}
