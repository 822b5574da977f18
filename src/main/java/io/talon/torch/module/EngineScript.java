package io.talon.torch.module;

import io.talon.engine.Noise;
import io.talon.model.HeadSpec;
import io.talon.model.TargetSpec;
import io.talon.torch.script.ScriptArchive;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Fills the constants of a model pair and a device into {@code engine.torchscript}. */
public final class EngineScript {
  private static final String RESOURCE = "/io/talon/torch/engine.torchscript";
  private static final int PROBABILITY_STEPS = (Float.floatToIntBits(1) >> 16) + 1; // by their first 16 bits
  private static final int NUCLEUS_ELEMENTS = 1 << 22; // looked at for top-p at a time: 32 rows of 128k
  private static final long NOISE_ELEMENTS = 1 << 17; // made at a time on a CPU: 1 MB as 64-bit integers, four shares for threads
  private static final int ROWS_BY_PRODUCTS = 64; // of all groups: a kernel for attention takes longer to begin than these to end
  private static final long ALL = 1L << 60;
  private static final Pattern SELF = Pattern.compile("(?m)^(  def \\w+\\(self)\\b"); // the parser wants its type
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Z_0-9]+)\\}");
  // torch's own numbers for types
  public static final int INT32 = 3;
  public static final int INT64 = 4;
  public static final int FLOAT16 = 5;
  public static final int FLOAT32 = 6;
  public static final int FLOAT64 = 7;
  private static final int BOOL = 11;
  private static final int QINT8 = 12;
  public static final int BFLOAT16 = 15;

  private final Map<String, String> constants = new LinkedHashMap<>();

  private EngineScript() {}

  /**
   * The script's text.
   *
   * @param head null for a target alone
   * @param ringRows rows of noise
   */
  public static String text(TargetSpec target, HeadSpec head, EngineLayout layout, int ringRows) {
    EngineScript script = new EngineScript();
    script.putNames();
    script.putDevice(layout);
    script.putTarget(target, layout);
    script.putHead(head, target, layout);
    script.put("RING_ROWS", ringRows);
    script.put("GAMMA", Noise.GAMMA);
    script.put("MIX1", Noise.MIX1);
    script.put("MIX2", Noise.MIX2);
    script.put("TWO_TO_MINUS_40", Double.toString(0x1p-40));
    script.put("TWO_TO_40", Double.toString(0x1p40));
    script.put("STEPS", PROBABILITY_STEPS);
    script.put("NUCLEUS_ELEMENTS", NUCLEUS_ELEMENTS);
    script.put("BELOW_ONE", Double.toString(1 - 0x1p-24));
    String template = template();
    script.put("STORE", stores(template));
    script.put("STORED", stored(template));
    return script.fill(SELF.matcher(template).replaceAll("$1: __torch__.Talon"));
  }

  /** What has a number in the script: types, and the columns of the rows. */
  private void putNames() {
    put("FLOAT32", FLOAT32);
    put("FLOAT64", FLOAT64);
    put("INT32", INT32);
    put("INT64", INT64);
    put("BOOL", BOOL);
    put("QINT8", QINT8);
    for (RowTable.Column column : RowTable.Column.values()) {
      put(column.name(), column.ordinal());
    }
  }

  private void putDevice(EngineLayout layout) {
    put("DEVICE", "torch.device(\"" + layout.device() + "\")");
    put("DTYPE", compute(layout));
    put("CUDA", truth(layout.cuda()));
    put("PACKED", truth(!layout.cuda() && !layout.int8()));
    put("INT8", truth(layout.int8()));
    put("LEVEL", layout.level());
    put("H_INT8", truth(layout.headInt8()));
    put("H_DTYPE", headDtype(layout));
    put("H_CAST", truth(headDtype(layout) != compute(layout)));
    put("TOLERANCE", Double.toString(layout.tolerance()));
    put("EXACT", truth(layout.exact()));
    put("IN_ORDER", truth(layout.attention() == Attention.IN_ORDER));
    put("SUMS", sums(layout));
    put("CACHE_DTYPE", layout.attention() == Attention.IN_ORDER ? FLOAT32 : compute(layout));
    put("FEW_ROWS", layout.fewRows());
    put("ONES", Attention.ONES);
    put("BLOCK_KEYS", Attention.BLOCK_KEYS);
    put("TILE_ROWS", Attention.TILE_ROWS);
    put("TILE_KEYS", Attention.TILE_KEYS);
    put("ROWS_BY_PRODUCTS", ROWS_BY_PRODUCTS);
    put("NOISE_ELEMENTS", layout.cuda() ? ALL : NOISE_ELEMENTS);
  }

  static int compute(EngineLayout layout) {
    return layout.bf16() ? BFLOAT16 : FLOAT32;
  }

  /** What the head's floats are in: integers go with float32. */
  static int headDtype(EngineLayout layout) {
    return layout.headInt8() ? FLOAT32 : compute(layout);
  }

  /** The type of the masks, and of the attention but for the one in order. */
  private static int sums(EngineLayout layout) {
    return switch (layout.attention()) {
      case FAST -> compute(layout);
      case IN_ORDER -> FLOAT32;
      case IN_DOUBLE -> FLOAT64;
    };
  }

  private void putTarget(TargetSpec target, EngineLayout layout) {
    put("VOCABULARY", target.vocabulary());
    put("HIDDEN", target.hidden());
    put("LAYERS", target.layers());
    put("HEADS", target.heads());
    put("KV_HEADS", target.kvHeads());
    put("QK_HEADS", target.heads() + target.kvHeads());
    put("ALL_HEADS", target.heads() + 2 * target.kvHeads());
    put("GROUPS", target.heads() / target.kvHeads());
    put("HEAD_DIM", target.headDim());
    put("HALF_DIM", target.headDim() / 2);
    put("HEADS_WIDTH", target.heads() * target.headDim());
    put("VALUE_WIDTH", layout.attention() == Attention.IN_ORDER ? target.headDim() + Attention.ONES : target.headDim());
    put("QKV_WIDTH", (target.heads() + 2 * target.kvHeads()) * target.headDim());
    put("GATE_UP_WIDTH", 2 * target.intermediate());
    put("SCALE", Double.toString(1 / Math.sqrt(target.headDim())));
    put("WHOLE_SILU", truth(!layout.exact() || layout.sharesOutEvenly(target.intermediate())));
    put("SILU_ROWS", layout.rowsOfOneShare(target.intermediate()));
    put("INTERMEDIATE", target.intermediate());
    put("EPS", Float.toString(target.normEps()));
    put("QKV_BIAS", truth(target.qkvBias()));
    put("OUT_BIAS", truth(target.outputBias()));
    put("QK_NORM", truth(target.qkNorm()));
    put("MAX_CONTEXT", layout.maxContext() + layout.maxTreeRows());
    put("CAPACITY", layout.capacity());
  }

  private void putHead(HeadSpec head, TargetSpec target, EngineLayout layout) {
    put("HEAD", truth(head != null));
    put("IS_AUX", head == null ? "False" : isOneOf(head.auxLayerInputs()));
    put("FUSED", 3L * target.hidden());
    put("H_HIDDEN", head == null ? 1 : head.hidden());
    put("H_HEADS", head == null ? 1 : head.heads());
    put("H_KV_HEADS", head == null ? 1 : head.kvHeads());
    put("H_QK_HEADS", head == null ? 2 : head.heads() + head.kvHeads());
    put("H_ALL_HEADS", head == null ? 3 : head.heads() + 2 * head.kvHeads());
    put("H_INTERMEDIATE", head == null ? 1 : head.intermediate());
    put("H_QKV_WIDTH", head == null ? 1 : (head.heads() + 2 * head.kvHeads()) * head.headDim());
    put("H_GATE_UP_WIDTH", head == null ? 1 : 2 * head.intermediate());
    put("H_GROUPS", head == null ? 1 : head.heads() / head.kvHeads());
    put("H_HEAD_DIM", head == null ? 2 : head.headDim());
    put("H_HALF_DIM", head == null ? 1 : head.headDim() / 2);
    put("H_EPS", head == null ? "1e-5" : Float.toString(head.normEps()));
    put("H_EMBEDDING", head != null && head.ownEmbedding() ? "self.h_embedding[0]" : "self.embedding[0]");
    put("H_NORMED_EMBEDDING", truth(head != null && layout.normedEmbeddings(head) > 0));
    put("H_NORMED_FUSION", truth(head != null && head.recurrence().normedFusion()));
    put("H_NORMED_RESIDUAL", truth(head != null && head.recurrence().normedResidual()));
    put("H_NORMED_STATE", truth(head != null && head.recurrence().normedState()));
    put("H_CAPACITY", layout.headCapacity());
  }

  private static String isOneOf(int[] layers) {
    return Arrays.stream(layers).mapToObj(layer -> "layer == " + layer).collect(Collectors.joining(" or "));
  }

  private static String stores(String template) {
    StringBuilder text = new StringBuilder();
    for (String list : ScriptArchive.tensorLists(template)) {
      text.append("    if name == \"").append(list).append("\":\n");
      text.append("      self.").append(list).append(".append(made)\n");
    }
    return text.toString().stripTrailing();
  }

  private static String stored(String template) {
    StringBuilder text = new StringBuilder();
    for (String list : ScriptArchive.tensorLists(template)) {
      text.append("    if name == \"").append(list).append("\":\n");
      text.append("      found = self.").append(list).append("[index]\n");
    }
    return text.toString().stripTrailing();
  }

  private static String truth(boolean value) {
    return value ? "True" : "False";
  }

  private void put(String name, Object value) {
    constants.put(name, value.toString());
  }

  private String fill(String template) {
    return PLACEHOLDER.matcher(template).replaceAll(match -> {
      String value = constants.get(match.group(1));
      if (value == null) {
        throw new IllegalStateException("the script names an unknown constant: " + match.group());
      }
      return Matcher.quoteReplacement(value);
    });
  }

  private static String template() {
    try (InputStream in = EngineScript.class.getResourceAsStream(RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
