package io.talon.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A copy of the demo target in which the embedding of one token is not a number, so that every row that reads it is upset. */
final class BrokenModel {
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String OUTPUT = "lm_head.weight"; // the target ties it to the embedding, and here it stays whole
  private static final short NAN = 0x7FC0; // in bf16
  private static final ObjectMapper JSON = new ObjectMapper();

  private BrokenModel() {}

  /**
   * Copies a target.
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
    int id = read(target.resolve("tokenizer.json")).get("model").get("vocab").get(token).intValue();
    writeWeights(Files.readAllBytes(target.resolve("model.safetensors")), id, directory.resolve("model.safetensors"));
    return directory;
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
