package io.talon.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelHashTest {
  private static final String CONFIG = "{\"model_type\": \"llama\"}";
  private static final int FLOATS = 5 << 20; // beyond what fits a buffer, and beyond 16 MiB

  @TempDir
  Path directory;

  @BeforeEach
  void writeModel() throws IOException {
    Files.writeString(directory.resolve("config.json"), CONFIG);
    writeWeights("model.safetensors", FLOATS);
  }

  @Test
  void isWhatTheToolsOfASystemSay() throws IOException {
    byte[] weights = Files.readAllBytes(directory.resolve("model.safetensors"));
    String config = sha256(CONFIG.getBytes(StandardCharsets.UTF_8));
    String lines = config + "  config.json\n" + sha256(weights) + "  model.safetensors\n";
    assertThat(ModelHash.of(directory)).isEqualTo(sha256(lines.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void everyByteCounts() throws IOException {
    String before = ModelHash.of(directory);
    try (RandomAccessFile file = new RandomAccessFile(directory.resolve("model.safetensors").toFile(), "rw")) {
      file.seek(file.length() - 1);
      file.write(1);
    }
    assertThat(ModelHash.of(directory)).as("Should see the last byte of the weights").isNotEqualTo(before);
  }

  @Test
  void onlyTheFilesOfTheModelCount() throws IOException {
    String before = ModelHash.of(directory);
    Files.writeString(directory.resolve("README.md"), "of no matter");
    Files.createDirectory(directory.resolve("original"));
    assertThat(ModelHash.of(directory)).isEqualTo(before);
    Files.writeString(directory.resolve("chat_template.jinja"), "{{ messages }}");
    assertThat(ModelHash.of(directory)).isNotEqualTo(before);
  }

  @Test
  void shardsCountWhateverTheIndexCallsThem() throws IOException {
    Files.delete(directory.resolve("model.safetensors"));
    Files.writeString(
        directory.resolve("model.safetensors.index.json"), "{\"weight_map\": {\"a\": \"first-part.safetensors\"}}");
    writeWeights("first-part.safetensors", 8);
    String before = ModelHash.of(directory);
    writeWeights("first-part.safetensors", 9);
    assertThat(ModelHash.of(directory)).isNotEqualTo(before);
  }

  @Test
  void whatCannotBeReadIsSaid() {
    assertThatThrownBy(() -> ModelHash.of(directory.resolve("absent")))
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_FILE))
        .hasMessageStartingWith("cannot list " + directory.resolve("absent") + ": ");
  }

  private void writeWeights(String name, int floats) throws IOException {
    byte[] header = String.format("{\"a\": {\"dtype\": \"F32\", \"shape\": [%d], \"data_offsets\": [0, %d]}}", floats, floats * 4)
        .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + header.length + floats * 4).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(directory.resolve(name), file.putLong(header.length).put(header).array());
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
