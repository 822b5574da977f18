package io.talon.torch;

import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.EngineOptions;
import io.talon.model.GoldenTensors;
import io.talon.model.TargetSpec;
import io.talon.model.checkpoint.Checkpoint;
import io.talon.model.checkpoint.SafetensorsWriter;
import io.talon.model.checkpoint.TensorReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A head of random weights for one of the tiny targets, which have hidden size 32, vocabulary 128 and 4 layers. */
final class TinyHead {
  static final int TARGET_HIDDEN = 32;
  static final int VOCABULARY = 128;
  private static final Path TARGETS = Path.of("src/test/resources/tiny");

  String target = "tiny-qwen2";
  int hidden = 32;
  int heads = 4;
  int kvHeads = 2;
  int headDim = 8;
  int intermediate = 48;
  int draftVocabulary = 40;
  double theta = 10_000; // left out of the configuration where it is the default
  float normEps = 1e-5f;
  String auxLayers = "\"eagle_config\": {\"eagle_aux_hidden_state_layer_ids\": [0, 1, 2]}";
  String prefix = "midlayer.";
  int maxPositions = 256;
  String dtype = "F32";
  boolean ownEmbedding;
  boolean mapped = true; // whether the file has d2t and t2d
  String flags = ""; // further fields of the configuration
  private final Map<String, float[]> weights = new LinkedHashMap<>(); // as stored
  private final Random random = new Random(11);
  private SafetensorsWriter writer;

  Path targetDirectory() {
    return TARGETS.resolve(target);
  }

  /** Makes the weights and writes the head. */
  Path write(Path directory) throws IOException {
    writer = new SafetensorsWriter();
    int width = heads * headDim;
    if (ownEmbedding) {
      weight("embed_tokens.weight", 1, VOCABULARY, hidden);
    }
    norm("input_norm.weight", 3 * TARGET_HIDDEN);
    weight("fc.weight", 0.12, hidden, 3 * TARGET_HIDDEN);
    norm(prefix + "input_layernorm.weight", hidden);
    norm(prefix + "hidden_norm.weight", hidden);
    weight(prefix + "self_attn.q_proj.weight", 0.3, width, 2 * hidden);
    weight(prefix + "self_attn.k_proj.weight", 0.3, kvHeads * headDim, 2 * hidden);
    weight(prefix + "self_attn.v_proj.weight", 0.15, kvHeads * headDim, 2 * hidden);
    weight(prefix + "self_attn.o_proj.weight", 0.2, hidden, width);
    norm(prefix + "post_attention_layernorm.weight", hidden);
    weight(prefix + "mlp.gate_proj.weight", 0.2, intermediate, hidden);
    weight(prefix + "mlp.up_proj.weight", 0.2, intermediate, hidden);
    weight(prefix + "mlp.down_proj.weight", 0.2, hidden, intermediate);
    norm("norm.weight", hidden);
    weight("lm_head.weight", 0.3, draftVocabulary, hidden);
    if (mapped) {
      writer.longs("d2t", offsets()).zeros("t2d", "BOOL", VOCABULARY);
    }
    writer.write(directory.resolve("model.safetensors"));
    Files.writeString(directory.resolve("config.json"), config());
    return directory;
  }

  /** An engine of this head, which lies in a directory, with two slots in float32. */
  TorchEngine open(Path directory) {
    return TorchEngine.open(options(directory, ComputeType.FP32, 2));
  }

  EngineOptions options(Path directory, ComputeType type, int slots) {
    return new EngineOptions(targetDirectory(), directory, type, "cpu", 1, slots, 0, DraftSession.MAX_ROWS, DraftSession.MAX_ROWS,
        true, DraftWeights.FULL);
  }

  /** A prompt of so many tokens, at most 40. */
  int[] prompt(int length) {
    return Arrays.copyOf(GoldenTensors.read(targetDirectory().resolve("golden.safetensors")).ints("input_ids.2"), length);
  }

  HeadTwin twin(HeadTwin.Bug bug) {
    float[] embedding = TensorReader.floats(Checkpoint.open(targetDirectory()).tensor("model.embed_tokens.weight"));
    return new HeadTwin(this, embedding, TargetSpec.read(targetDirectory()).rope().theta(), bug);
  }

  /** The weights of a name without the layer's prefix, as stored // [rows * columns]. */
  float[] weights(String name) {
    float[] found = weights.get(name);
    return found != null ? found : weights.get(prefix + name);
  }

  /** What d2t holds: every third id from 5 on where the vocabulary is reduced // [draftVocabulary]. */
  long[] offsets() {
    long[] offsets = new long[draftVocabulary];
    for (int i = 0; i < draftVocabulary && draftVocabulary < VOCABULARY; i++) {
      offsets[i] = 5 + 2L * i;
    }
    return offsets;
  }

  private String config() {
    return """
        {"architectures": ["LlamaForCausalLMEagle3"], "hidden_size": %s, "num_attention_heads": %s, "num_key_value_heads": %s,
         "intermediate_size": %s, "vocab_size": %s, "draft_vocab_size": %s, "rms_norm_eps": %s, %s "num_hidden_layers": 1,
         "max_position_embeddings": %s, "hidden_act": "silu", %s%s}
        """.formatted(
        hidden, heads, kvHeads, intermediate, VOCABULARY, draftVocabulary, normEps,
        theta == 10_000 ? "" : "\"rope_theta\": " + theta + ",", maxPositions, flags, auxLayers);
  }

  private void norm(String name, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (1 + 0.4 * random.nextGaussian());
    }
    if (!name.equals("input_norm.weight") || flags.contains("norm_before_fc")) {
      store(name, values, size);
    }
  }

  private void weight(String name, double scale, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    store(name, values, rows, columns);
  }

  private void store(String name, float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * (dtype.equals("F32") ? 4 : 2)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      int bits = Float.floatToRawIntBits(values[i]);
      switch (dtype) {
        case "F32" -> bytes.putInt(bits);
        case "BF16" -> {
          bits &= 0xFFFF0000;
          bytes.putShort((short) (bits >>> 16));
        }
        case "F16" -> {
          bits = Math.abs(values[i]) < 0x1p-14f ? 0 : bits & 0xFFFFE000; // no subnormal numbers
          int half = bits == 0 ? 0 : bits >>> 16 & 0x8000 | (bits >>> 23 & 0xFF) - 112 << 10 | bits >>> 13 & 0x3FF;
          bytes.putShort((short) half);
        }
        default -> throw new IllegalArgumentException(dtype);
      }
      values[i] = Float.intBitsToFloat(bits);
    }
    weights.put(name, values);
    writer.add(name, dtype, bytes.array(), shape);
  }
}
