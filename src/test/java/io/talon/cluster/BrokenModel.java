package io.talon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The demo target changed in such a way that one token upsets every row that reads it, and the engine changed likewise. */
final class BrokenModel {
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String OUTPUT = "lm_head.weight"; // the target ties it to the embedding, and here it stays whole
  private static final String SCRIPT = "io/talon/torch/engine.torchscript";
  private static final int MISSING_ROW = 99;
  private static final short NAN = 0x7FC0; // in bf16
  private static final ObjectMapper JSON = new ObjectMapper();

  private BrokenModel() {}

  /**
   * Copies a target, in which the embedding of one token is then not a number.
   *
   * @param token as the tokenizer spells it
   */
  static Path copy(Path target, Path directory, String token) throws IOException {
    Files.createDirectories(directory);
    for (String file : new String[] {"generation_config.json", "tokenizer.json", "tokenizer_config.json"}) {
      Files.copy(target.resolve(file), directory.resolve(file));
    }
    ObjectNode config = read(target.resolve("config.json"));
    config.put("tie_word_embeddings", false);
    JSON.writeValue(directory.resolve("config.json").toFile(), config);
    writeWeights(
        Files.readAllBytes(target.resolve("model.safetensors")), id(target, token), directory.resolve("model.safetensors"));
    return directory;
  }

  /**
   * Writes the engine's script as a resource that goes before the program's own: the prompts that hold one token ask libtorch for a
   * row that is not there, and it throws.
   *
   * @return an entry for a class path
   */
  static Path throwing(Path target, String token, Path directory) throws IOException {
    String script;
    try (InputStream in = BrokenModel.class.getResourceAsStream("/" + SCRIPT)) {
      script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    String moved = "    rows = self.uploaded(rows)\n";
    int at = script.indexOf(moved, script.indexOf("  def prefill("));
    assertThat(at).as("Should be where a prefill's rows come from").isPositive();
    int end = at + moved.length();
    String check = "    if bool(torch.any(torch.eq(rows[{TOKEN}], %d))):%n      rows = rows[%d]%n"
        .formatted(id(target, token), MISSING_ROW);
    Files.createDirectories(directory.resolve(SCRIPT).getParent());
    Files.writeString(directory.resolve(SCRIPT), script.substring(0, end) + check + script.substring(end));
    return directory;
  }

  private static int id(Path target, String token) throws IOException {
    return read(target.resolve("tokenizer.json")).get("model").get("vocab").get(token).intValue();
  }

  private static ObjectNode read(Path file) throws IOException {
    return (ObjectNode) JSON.readTree(file.toFile());
  }

  /** The embedding once more behind all tensors, as the output layer, and then one value of it changed. */
  private static void writeWeights(byte[] file, int token, Path copy) throws IOException {
    ByteBuffer whole = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int headerBytes = Math.toIntExact(whole.getLong());
    ObjectNode header = (ObjectNode) JSON.readTree(file, Long.BYTES, headerBytes);
    ByteBuffer data = whole.position(Long.BYTES + headerBytes).slice().order(ByteOrder.LITTLE_ENDIAN);
    ObjectNode embedding = (ObjectNode) header.get(EMBEDDING);
    int from = embedding.get("data_offsets").get(0).intValue();
    int to = embedding.get("data_offsets").get(1).intValue();
    ObjectNode output = embedding.deepCopy();
    output.putArray("data_offsets").add(data.capacity()).add(data.capacity() + to - from);
    header.set(OUTPUT, output);
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(Long.BYTES + text.length + data.capacity() + to - from).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(text.length).put(text).put(data.duplicate()).put(data.duplicate().position(from).limit(to));
    int hidden = embedding.get("shape").get(1).intValue();
    out.putShort(Long.BYTES + text.length + from + token * hidden * Short.BYTES, NAN);
    Files.write(copy, out.array());
  }
}
