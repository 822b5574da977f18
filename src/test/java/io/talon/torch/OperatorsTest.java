package io.talon.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.engine.AcceptedRows;
import io.talon.engine.Chosen;
import io.talon.engine.ComputeType;
import io.talon.engine.Drafting;
import io.talon.engine.Engine.Prompt;
import io.talon.engine.Frontier;
import io.talon.engine.Sampling;
import io.talon.engine.SlotSet;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many operators of the library a forward of the demo model's ten layers calls, those that others call included: each takes a
 * microsecond or more, so a small model's forward is nothing else. Whoever changes the script changes these numbers, knowingly.
 */
class OperatorsTest {
  private static final int PROMPT = 20;

  @TempDir
  private Path directory;

  @Test
  void aForwardCallsSoManyOperators() throws IOException {
    try (TorchEngine engine = TorchEngine.open(Demo.options(16, 16, 16, ComputeType.FP32, 1))) {
      int[] roots = new int[16];
      for (int slot = 0; slot < roots.length; slot++) {
        int[] prompt = new Random(slot).ints(PROMPT, 3, 2048).toArray();
        roots[slot] = engine.prefill(slot, prompt, Sampling.GREEDY, Drafting.UNCOUPLED).token(0);
      }
      List<Prompt> prompts = new ArrayList<>();
      SortedMap<String, Integer> found = new TreeMap<>();
      found.put("prefill 16 x 20", operators(() -> ask(engine, prompts), () -> engine.prefill(prompts)));
      found.put("verify 1 x 1", operators(() -> engine.verify(trees(roots, 1, 1))));
      found.put("verify 1 x 8", operators(() -> engine.verify(trees(roots, 1, 8))));
      found.put("verify 16 x 1", operators(() -> engine.verify(trees(roots, 16, 1))));
      found.put("verify 16 x 8", operators(() -> engine.verify(trees(roots, 16, 8))));
      found.put("verify 1 x 16, 15 x 1", operators(() -> engine.verify(trees(roots, 16, 1, 16))));
      found.put("draft 1 root", operators(() -> commit(engine, roots), () -> engine.draftRoot(slots(1), 8)));
      found.put("draft 1 layer of 4", operators(() -> engine.draftLayer(layer(1, 4), 8)));
      found.put("draft 16 roots", operators(() -> commit(engine, roots), () -> engine.draftRoot(slots(16), 8)));
      assertThat(found)
          .containsExactly(
              entry("draft 1 layer of 4", 204),
              entry("draft 1 root", 197),
              entry("draft 16 roots", 287),
              entry("prefill 16 x 20", 2566),
              entry("verify 1 x 1", 913),
              entry("verify 1 x 16, 15 x 1", 2502),
              entry("verify 1 x 8", 1029),
              entry("verify 16 x 1", 1992),
              entry("verify 16 x 8", 1692));
    }
  }

  /** Other prompts than before in all slots, so that no rows can be copied. */
  private static void ask(TorchEngine engine, List<Prompt> prompts) {
    prompts.clear();
    engine.forget();
    for (int slot = 0; slot < 16; slot++) {
      engine.release(slot);
      prompts.add(new Prompt(slot, new Random(slot).ints(PROMPT, 3, 2048).toArray(), Sampling.GREEDY, Drafting.UNCOUPLED));
    }
  }

  private int operators(Runnable call) throws IOException {
    return operators(() -> {}, call);
  }

  /** Of the third call, once the script's executor knows it. */
  private int operators(Runnable before, Runnable call) throws IOException {
    for (int i = 0; i < 2; i++) {
      before.run();
      call.run();
    }
    before.run();
    Path file = directory.resolve("profile.json");
    JniUtils.startProfile(false, false, false);
    try {
      call.run();
    } finally {
      JniUtils.stopProfile(file.toString());
    }
    int count = 0;
    for (JsonNode event : new ObjectMapper().readTree(Files.readString(file))) {
      count += event.path("name").asText().contains("::") ? 1 : 0;
    }
    return count;
  }

  /** A round of plain decoding, so that there is something new to draft from. */
  private static void commit(TorchEngine engine, int[] roots) {
    TreeBatch trees = trees(roots, roots.length, 1);
    Chosen chosen = engine.verify(trees);
    AcceptedRows accepted = new AcceptedRows(roots.length, 1);
    for (int slot = 0; slot < roots.length; slot++) {
      roots[slot] = chosen.token(slot);
      accepted.add(slot, new int[0], 0, roots[slot]);
    }
    engine.commit(trees, accepted);
  }

  /** A chain for each of the first slots. */
  private static TreeBatch trees(int[] roots, int slots, int rows) {
    return trees(roots, slots, rows, rows);
  }

  /** The same with other rows in the first slot. */
  private static TreeBatch trees(int[] roots, int slots, int otherRows, int firstRows) {
    TreeBatch trees = new TreeBatch(slots);
    for (int slot = 0; slot < slots; slot++) {
      int rows = slot == 0 ? firstRows : otherRows;
      DraftTree tree = new DraftTree(rows);
      tree.reset(roots[slot]);
      for (int row = 1; row < rows; row++) {
        tree.add(row - 1, 3 + row, -row, 0);
      }
      trees.add(slot, tree);
    }
    return trees;
  }

  /** Children of the roots that were expanded last. */
  private static Frontier layer(int slots, int width) {
    Frontier layer = new Frontier(slots * width);
    for (int slot = 0; slot < slots; slot++) {
      for (int row = 0; row < width; row++) {
        layer.add(slot, 0, 3 + row);
      }
    }
    return layer;
  }

  private static SlotSet slots(int count) {
    SlotSet slots = new SlotSet(count);
    for (int slot = 0; slot < count; slot++) {
      slots.add(slot);
    }
    return slots;
  }
}
