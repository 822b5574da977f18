package io.talon.torch.module;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.engine.ComputeType;
import io.talon.model.HeadRecurrence;
import io.talon.model.HeadSpec;
import io.talon.model.RopeSpec;
import io.talon.model.TargetSpec;
import io.talon.torch.script.ScriptArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Writes the archives that engines of a shape load, without any weight, for {@code jobs/gpu/measure.py}: exact and not, for one
 * slot of a long context and for many of a short one. Beside each lies a JSON file of what has to be given to it, and in which order.
 */
public final class ArchiveWriter {
  private static final int TREE_ROWS = 64;
  private static final int DRAFT_ROWS = 128;
  private static final int DRAFT_VOCABULARY = 32_000;
  private static final int LONG = 2304;
  private static final int SHORT = 640;
  private static final int MANY_SLOTS = 64;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TargetSpec target;
  private final HeadSpec head;
  private final ArrayNode tensors = JSON.createArrayNode();

  private ArchiveWriter(TargetSpec target) {
    this.target = target;
    head = headOf(target);
  }

  /** Arguments: the directory to write to, that of a target's config.json, and the device, as torch spells it. */
  public static void main(String[] args) throws IOException {
    write(Path.of(args[1]), Path.of(args[0]), args[2]);
  }

  /** Writes {@code exact-on-1.pt}, {@code exact-on-64.pt} and the same with {@code off}, for bf16 on a GPU and float32 on a CPU. */
  public static void write(Path config, Path directory, String device) throws IOException {
    ArchiveWriter writer = new ArchiveWriter(TargetSpec.read(config));
    writer.addTensors();
    Files.createDirectories(directory);
    for (Attention attention : new Attention[] {Attention.IN_DOUBLE, Attention.FAST}) {
      writer.write(directory, attention, device, 1, LONG);
      writer.write(directory, attention, device, MANY_SLOTS, SHORT);
    }
  }

  private void write(Path directory, Attention attention, String device, int slots, int context) throws IOException {
    int positions = Math.min(context, target.maxPositions());
    boolean bf16 = device.startsWith("cuda");
    EngineLayout layout = new EngineLayout(device, bf16 ? ComputeType.BF16 : ComputeType.FP32, slots, positions, TREE_ROWS,
        DRAFT_ROWS, true, attention, false, 1, false, 0);
    String name = "exact-%s-%d".formatted(layout.exact() ? "on" : "off", slots);
    ScriptArchive.write(
        EngineScript.text(target, head, layout, slots * layout.ringLength()), directory.resolve(name + ".pt"));
    ObjectNode facts = JSON.createObjectNode();
    facts.put("exact", layout.exact());
    facts.put("dtype", bf16 ? "bf16" : "fp32");
    facts.put("slots", slots);
    facts.put("max_context", positions);
    facts.put("capacity", layout.capacity());
    facts.put("head_capacity", layout.headCapacity());
    facts.put("pending", layout.maxPending());
    facts.put("max_draft_rows", DRAFT_ROWS);
    facts.put("max_tree_rows", TREE_ROWS);
    facts.put("few_rows", layout.fewRows());
    facts.put("cache_rows", layout.cacheRows());
    facts.put("vocabulary", target.vocabulary());
    facts.put("hidden", target.hidden());
    facts.put("layers", target.layers());
    facts.put("head_dim", target.headDim());
    facts.put("heads_width", target.heads() * target.headDim());
    facts.put("intermediate", target.intermediate());
    facts.put("draft_vocabulary", head.draftVocabulary());
    ArrayNode columns = facts.putArray("columns"); // of the rows of every call
    for (RowTable.Column column : RowTable.Column.values()) {
      columns.add(column.name());
    }
    facts.set("inverse", JSON.valueToTree(target.rope().inverseFrequencies(target.headDim())));
    facts.set("head_inverse", JSON.valueToTree(head.rope().inverseFrequencies(head.headDim())));
    facts.set("tensors", tensors);
    JSON.writeValue(directory.resolve(name + ".json").toFile(), facts);
  }

  /** A head as EAGLE-3 publishes them for a target: one layer as wide as its own. */
  private static HeadSpec headOf(TargetSpec target) {
    int last = target.layers() - 1;
    return new HeadSpec(
        target.hidden(),
        target.hidden(),
        target.heads(),
        target.kvHeads(),
        target.headDim(),
        target.intermediate(),
        target.vocabulary(),
        Math.min(DRAFT_VOCABULARY, target.vocabulary()),
        target.normEps(),
        RopeSpec.unscaled(RopeSpec.DEFAULT_THETA),
        new int[] {Math.min(2, last), target.layers() / 2, Math.max(0, last - 2)},
        HeadRecurrence.EAGLE,
        "midlayer.",
        false,
        true,
        target.maxPositions());
  }

  private void addTensors() {
    int keys = target.kvHeads() * target.headDim();
    int heads = target.heads() * target.headDim();
    int hidden = target.hidden();
    int wide = target.intermediate();
    add("embedding", Weights.Kind.TABLE, target.vocabulary(), hidden);
    for (int layer = 0; layer < target.layers(); layer++) {
      add("qkv", Weights.Kind.LINEAR, heads + 2 * keys, hidden);
      if (target.qkvBias()) {
        add("qkv_bias", Weights.Kind.VECTOR, heads + 2 * keys, 1);
      }
      add("out", Weights.Kind.LINEAR, hidden, heads);
      if (target.outputBias()) {
        add("out_bias", Weights.Kind.VECTOR, hidden, 1);
      }
      if (target.qkNorm()) {
        add("norm_query", Weights.Kind.NORM, target.headDim(), 1);
        add("norm_key", Weights.Kind.NORM, target.headDim(), 1);
      }
      add("norm_attention", Weights.Kind.NORM, hidden, 1);
      add("norm_mlp", Weights.Kind.NORM, hidden, 1);
      add("gate_up", Weights.Kind.LINEAR, 2 * wide, hidden);
      add("down", Weights.Kind.LINEAR, hidden, wide);
    }
    add("norm_final", Weights.Kind.NORM, hidden, 1);
    add("output", Weights.Kind.LINEAR, target.vocabulary(), hidden);
    add("h_fc", Weights.Kind.LINEAR, hidden, 3 * hidden);
    add("h_qkv", Weights.Kind.LINEAR, heads + 2 * keys, 2 * hidden);
    add("h_out", Weights.Kind.LINEAR, hidden, heads);
    add("h_gate_up", Weights.Kind.LINEAR, 2 * wide, hidden);
    add("h_down", Weights.Kind.LINEAR, hidden, wide);
    for (int i = 0; i < 4; i++) {
      add("h_norms", Weights.Kind.NORM, hidden, 1);
    }
    add("h_output", Weights.Kind.LINEAR, head.draftVocabulary(), hidden);
    add("h_ids", Weights.Kind.IDS, head.draftVocabulary(), 1);
  }

  private void add(String list, Weights.Kind kind, int rows, int columns) {
    ObjectNode tensor = tensors.addObject();
    tensor.put("list", list).put("kind", kind.name().toLowerCase(Locale.ROOT)).put("rows", rows).put("columns", columns);
  }
}
