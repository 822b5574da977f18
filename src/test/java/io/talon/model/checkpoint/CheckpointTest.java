package io.talon.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  @TempDir
  Path directory;

  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("model.safetensors");
  }

  @Test
  void indexesASingleFile() throws IOException {
    new SafetensorsWriter().floats("a.weight", new float[] {1, -2.5f, 3, 4, 5, 6}, 2, 3).longs("ids", 7, -1).write(file);
    Checkpoint checkpoint = Checkpoint.open(directory);
    assertThat(checkpoint.names()).containsExactly("a.weight", "ids");
    assertThat(checkpoint.has("b")).isFalse();
    TensorInfo weight = checkpoint.require("a.weight", 2, 3);
    assertThat(weight.elements()).isEqualTo(6);
    assertThat(weight.bytes()).isEqualTo(24);
    assertThat(weight.offset()).as("behind the header").isEqualTo(Files.size(file) - 16 - 24);
    assertThat(TensorReader.floats(weight)).containsExactly(1, -2.5f, 3, 4, 5, 6);
    assertThat(TensorReader.longs(checkpoint.requireTable("ids", "I64", 2))).containsExactly(7, -1);
  }

  @Test
  void readsHalfPrecision() throws IOException {
    new SafetensorsWriter()
        .halves("bf16", "BF16", 0x3F80, 0xC020, 0)
        .halves("f16", "F16", 0x3C00, 0xC100, 0x0001, 0x7BFF, 0x7C00, 0x8000, 0x7E00)
        .write(file);
    Checkpoint checkpoint = Checkpoint.open(directory);
    assertThat(TensorReader.floats(checkpoint.tensor("bf16"))).containsExactly(1f, -2.5f, 0f);
    assertThat(TensorReader.floats(checkpoint.tensor("f16")))
        .containsExactly(1f, -2.5f, 0x1p-24f, 65504f, Float.POSITIVE_INFINITY, -0f, Float.NaN);
  }

  @Test
  void indexesShards() throws IOException {
    new SafetensorsWriter().zeros("a", "F32", 2).write(directory.resolve("one.safetensors"));
    new SafetensorsWriter().zeros("b", "BF16", 3).write(directory.resolve("two.safetensors"));
    index("{\"weight_map\": {\"a\": \"one.safetensors\", \"b\": \"two.safetensors\"}}");
    Checkpoint checkpoint = Checkpoint.open(directory);
    assertThat(checkpoint.tensor("a").file()).hasFileName("one.safetensors");
    assertThat(checkpoint.tensor("b").file()).hasFileName("two.safetensors");
  }

  @Test
  void brokenIndexes() throws IOException {
    new SafetensorsWriter().zeros("a", "F32", 2).write(directory.resolve("one.safetensors"));
    index("{\"weight_map\": {\"a\": \"one.safetensors\", \"b\": \"two.safetensors\"}}");
    assertOpenFails(ErrorCode.MODEL_FILE)
        .hasMessageContaining("has no two.safetensors; it holds: model.safetensors.index.json, one");
    index("{\"weight_map\": {\"c\": \"one.safetensors\"}}");
    assertOpenFails(ErrorCode.MODEL_FILE).hasMessageContaining("tensor c is in one.safetensors, which has no such tensor");
    index("{\"weight_map\": {\"c\": \"../one.safetensors\"}}");
    assertOpenFails(ErrorCode.MODEL_FILE).hasMessageContaining("must be mapped to a file name, found \"../one.safetensors\"");
    index("{}");
    assertOpenFails(ErrorCode.MODEL_FILE).hasMessageContaining("has no weight_map");
    index("{");
    assertOpenFails(ErrorCode.MODEL_FILE).hasMessageContaining("is not JSON");
  }

  @Test
  void missingFilesAreNamedWithWhatIsThere() throws IOException {
    assertThatThrownBy(() -> Checkpoint.open(directory.resolve("nowhere"))).hasMessageContaining("does not exist");
    assertOpenFails(ErrorCode.MODEL_FILE)
        .hasMessageContaining("has neither model.safetensors nor pytorch_model.bin, nor an index")
        .hasMessageContaining("it holds: nothing");
  }

  @Test
  void pickledWeightsAreReadWhereThereAreNoSafetensors() throws IOException {
    new TorchFileWriter().floats("a", new float[] {3, 4}, 2).write(directory.resolve("pytorch_model.bin"));
    assertThat(TensorReader.floats(Checkpoint.open(directory).require("a", 2))).containsExactly(3, 4);
    new SafetensorsWriter().floats("a", new float[] {5, 6}, 2).write(file);
    assertThat(TensorReader.floats(Checkpoint.open(directory).require("a", 2))).as("safetensors win").containsExactly(5, 6);
  }

  @Test
  void pickledShards() throws IOException {
    new TorchFileWriter().floats("a", new float[] {3, 4}, 2).write(directory.resolve("one.bin"));
    new TorchFileWriter().floats("b", new float[] {5}, 1).write(directory.resolve("two.bin"));
    Files.writeString(
        directory.resolve("pytorch_model.bin.index.json"), "{\"weight_map\": {\"a\": \"one.bin\", \"b\": \"two.bin\"}}");
    Checkpoint checkpoint = Checkpoint.open(directory);
    assertThat(checkpoint.names()).containsExactly("a", "b");
    assertThat(TensorReader.floats(checkpoint.tensor("b"))).containsExactly(5);
  }

  @Test
  void truncatedFiles() throws IOException {
    Files.write(file, new byte[5]);
    assertOpenFails(ErrorCode.MODEL_FILE).hasMessageContaining("is truncated: 5 bytes");
    Files.write(file, ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putLong(100).array());
    assertOpenFails(ErrorCode.MODEL_FILE).hasMessageContaining("the header needs 108 bytes, the file has 20");
    new SafetensorsWriter().zeros("a", "F32", 4).write(file);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertOpenFails(ErrorCode.MODEL_FILE).hasMessageContaining("tensor a ends at byte 16 of the data, the file has 15");
  }

  @Test
  void headersThatAreNone() throws IOException {
    Files.writeString(file, "<html>404 not found, sorry</html>");
    assertOpenFails(ErrorCode.MODEL_FILE).hasMessageContaining("is no safetensors file: its header would have");
    SafetensorsWriter.write(file, "{\"a\": ", new byte[0]);
    assertOpenFails(ErrorCode.MODEL_FILE).hasMessageContaining("its header is not JSON");
    SafetensorsWriter.write(file, "[1]", new byte[0]);
    assertOpenFails(ErrorCode.MODEL_FILE).hasMessageContaining("its header is no JSON object");
    SafetensorsWriter.write(file, "{\"a\": {\"dtype\": \"F32\"}}", new byte[0]);
    assertOpenFails(ErrorCode.MODEL_FILE).hasMessageContaining("entry of a lacks dtype, shape or data_offsets");
  }

  @Test
  void entriesThatContradictThemselves() throws IOException {
    SafetensorsWriter.write(file, "{" + SafetensorsWriter.entry("a", "F32", "[2,2]", 0, 12) + "}", new byte[12]);
    assertOpenFails(ErrorCode.MODEL_TENSOR)
        .hasMessageContaining("tensor a of 4 elements F32 takes 16 bytes, its data_offsets give 12");
    SafetensorsWriter.write(file, "{" + SafetensorsWriter.entry("a", "F9", "[2]", 0, 12) + "}", new byte[12]);
    assertOpenFails(ErrorCode.MODEL_TENSOR).hasMessageContaining("tensor a has the unknown dtype F9");
    SafetensorsWriter.write(
        file, "{" + SafetensorsWriter.entry("a", "F32", "[4611686018427387904,4]", 0, 12) + "}", new byte[12]);
    assertOpenFails(ErrorCode.MODEL_TENSOR).hasMessageContaining("shape of tensor a is beyond all bounds");
  }

  @Test
  void tensorsThatAreNotAsWanted() throws IOException {
    new SafetensorsWriter().zeros("model.norm.weight", "F32", 4).zeros("d2t", "I64", 4).write(file);
    Checkpoint checkpoint = Checkpoint.open(directory);
    assertThatThrownBy(() -> checkpoint.tensor("norm.weight"))
        .hasFieldOrPropertyWithValue("code", ErrorCode.MODEL_TENSOR)
        .hasMessageContaining("has no tensor norm.weight; the nearest of its 2 names: [model.norm.weight, d2t]");
    assertThatThrownBy(() -> checkpoint.require("model.norm.weight", 8))
        .hasFieldOrPropertyWithValue("code", ErrorCode.MODEL_TENSOR)
        .hasMessageContaining("model.norm.weight must have the shape [8], found [4]");
    assertThatThrownBy(() -> checkpoint.require("d2t", 4)).hasMessageContaining("d2t must be F32, BF16 or F16, found I64");
    assertThatThrownBy(() -> checkpoint.requireTable("d2t", "BOOL", 4)).hasMessageContaining("d2t must be BOOL, found I64");
    assertThatThrownBy(() -> TensorReader.floats(checkpoint.tensor("d2t"))).hasMessageContaining("found I64");
    assertThatThrownBy(() -> TensorReader.longs(checkpoint.tensor("model.norm.weight"))).hasMessageContaining("found F32");
  }

  private void index(String json) throws IOException {
    Files.writeString(directory.resolve("model.safetensors.index.json"), json);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertOpenFails(ErrorCode code) {
    return assertThatThrownBy(() -> Checkpoint.open(directory))
        .isInstanceOf(TalonException.class)
        .hasFieldOrPropertyWithValue("code", code);
  }
}
