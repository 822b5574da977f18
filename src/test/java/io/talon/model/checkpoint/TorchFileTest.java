package io.talon.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchFileTest {
  private static final Path WRITTEN_BY_TORCH = Path.of("src/test/resources/torch/pytorch_model.bin");

  @TempDir
  Path directory;

  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("pytorch_model.bin");
  }

  @Test
  void readsWhatTorchWrites() {
    Map<String, TensorInfo> tensors = TorchFile.read(WRITTEN_BY_TORCH);
    assertThat(tensors).containsOnlyKeys("weight", "view.whole", "view.tail", "half", "parameter", "scalar", "d2t", "t2d");
    assertThat(TensorReader.floats(tensors.get("weight"))).containsExactly(-1, -0.75f, -0.5f, -0.25f, 0, 0.25f);
    assertThat(tensors.get("weight").shape()).containsExactly(2, 3);
    assertThat(tensors.get("view.whole").dtype()).isEqualTo("BF16");
    assertThat(TensorReader.floats(tensors.get("view.whole"))).containsExactly(-1, -0.75f, -0.5f, -0.25f, 0, 0.25f, 0.5f, 0.75f);
    assertThat(TensorReader.floats(tensors.get("view.tail"))).containsExactly(-0.5f, -0.25f, 0, 0.25f, 0.5f, 0.75f);
    assertThat(tensors.get("view.tail").offset()).isEqualTo(tensors.get("view.whole").offset() + 4);
    assertThat(TensorReader.floats(tensors.get("half"))).containsExactly(-1, -0.75f, -0.5f, -0.25f, 0);
    assertThat(TensorReader.floats(tensors.get("parameter"))).containsExactly(-1, -0.75f);
    assertThat(TensorReader.floats(tensors.get("scalar"))).containsExactly(2.5f);
    assertThat(TensorReader.longs(tensors.get("d2t"))).containsExactly(0, 3, 3, 1L << 40);
    assertThat(tensors.get("t2d").dtype()).isEqualTo("BOOL");
    assertThat(tensors.get("t2d").bytes()).isEqualTo(3);
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(WRITTEN_BY_TORCH);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertReadFails(ErrorCode.MODEL_FILE).as("after %s bytes", length).hasMessageContaining("truncated");
    }
  }

  @Test
  void noBrokenByteIsMoreThanAnError() throws IOException {
    byte[] whole = Files.readAllBytes(WRITTEN_BY_TORCH);
    for (int at = 0; at < whole.length; at++) {
      for (int flip : new int[] {0x01, 0x80, 0xFF}) {
        byte[] broken = whole.clone();
        broken[at] ^= (byte) flip;
        Files.write(file, broken);
        try {
          TorchFile.read(file);
        } catch (TalonException e) {
          assertThat(e).as("byte %s ^ %s", at, flip).hasMessageContaining(file.toString());
        }
      }
    }
  }

  @Test
  void otherObjectsAreRefusedByName() throws IOException {
    pickle(PickleWriter.start().global("posix", "system").text("true").op(0x85, 'R').stop());
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("asks for the Python object posix.system, which is not allowed");
    pickle(PickleWriter.start().op(0x80, 4).text("builtins").text("eval").op(0x93).stop());
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("builtins.eval");
    pickle(PickleWriter.start().global("torch._utils", "_rebuild_tensor_v3").stop());
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("torch._utils._rebuild_tensor_v3");
    pickle(PickleWriter.start().global("torch", "FloatStorage").op(')', 'R').stop());
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("calls torch.FloatStorage");
    pickle(PickleWriter.start().text("name").op(')', 'R').stop());
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("calls an object that is no function");
    pickle(PickleWriter.start().global("collections", "OrderedDict").op(')', 0x81).stop());
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("opcode 0x81 at byte 28 is not allowed");
  }

  @Test
  void contentsThatAreNoTensors() throws IOException {
    pickle(PickleWriter.start().text("weights").stop());
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("must hold a dict of tensors, found a String");
    pickle(PickleWriter.start().op('}').text("model").op('}', 's').stop());
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("under model it has a dict; save the state_dict itself");
    pickle(PickleWriter.start().op('}').text("step").integer(-7).op('s').stop());
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("under step it has a Long");
    pickle(PickleWriter.start().op('}').text("none").op('N', 's').stop());
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("under none it has None");
  }

  @Test
  void tensorsThatContradictTheirStorage() throws IOException {
    write("FloatStorage", new byte[12], 0, 4, new long[] {4}, new long[] {1});
    assertReadFails(ErrorCode.MODEL_TENSOR)
        .hasMessageContaining("storage of tensor w should have 4 elements F32, found 12 bytes");
    write("FloatStorage", new byte[16], 1, 4, new long[] {4}, new long[] {1});
    assertReadFails(ErrorCode.MODEL_TENSOR).hasMessageContaining("w has 4 elements from element 1 of a storage of 4");
    write("HalfStorage", new byte[12], 0, 6, new long[] {2, 3}, new long[] {1, 2});
    assertReadFails(ErrorCode.MODEL_TENSOR)
        .hasMessageContaining("tensor w of shape [2, 3] is not stored row by row, its strides are [1, 2]; call contiguous()");
    write("LongStorage", new byte[8], 0, 1, new long[] {1L << 62, 4}, new long[] {4, 1});
    assertReadFails(ErrorCode.MODEL_TENSOR).hasMessageContaining("shape of tensor w is beyond all bounds");
    write("LongStorage", new byte[8], 0, 1, new long[] {-1}, new long[] {1});
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("sizes and strides from 0 on");
    write("FloatStorage", new byte[8], 0, 2, new long[] {2, 1}, new long[] {1, 9});
    assertThat(TorchFile.read(file).get("w").shape()).as("the stride of a single column says nothing").containsExactly(2, 1);
  }

  @Test
  void formsThatAreNot() throws IOException {
    Files.write(file, PickleWriter.start().integer(0x1950a86a20f9469cL).stop());
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("has the form of torch.save before torch 1.6");
    Files.writeString(file, "<html>404 not found, sorry</html>");
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("does not begin as a zip file");
    byte[] empty = PickleWriter.start().op('}').stop();
    TorchFileWriter.write(file, ZipEntry.DEFLATED, "little", empty, Map.of());
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("is compressed or encrypted");
    TorchFileWriter.write(file, ZipEntry.STORED, "big", empty, Map.of());
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("byte order 'big' is not supported");
    pickle(
        PickleWriter.start().op('}').text("w").tensor("FloatStorage", "5", 1, 0, new long[] {1}, new long[] {1}).op('s').stop());
    assertReadFails(ErrorCode.MODEL_FILE).hasMessageContaining("has no entry archive/data/5");
  }

  private void pickle(byte[] pickle) throws IOException {
    TorchFileWriter.write(file, ZipEntry.STORED, "little", pickle, Map.of());
  }

  private void write(String type, byte[] storage, long offset, long elements, long[] shape, long[] strides) throws IOException {
    new TorchFileWriter().add("w", type, storage, offset, elements, shape, strides).write(file);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertReadFails(ErrorCode code) {
    return assertThatThrownBy(() -> TorchFile.read(file))
        .isInstanceOf(TalonException.class)
        .hasMessageContaining(file.toString())
        .hasFieldOrPropertyWithValue("code", code);
  }
}
