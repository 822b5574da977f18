package io.talon.torch;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.Drafting;
import io.talon.engine.Sampling;
import io.talon.engine.SlotSet;
import io.talon.model.RopeSpec;
import io.talon.model.checkpoint.TensorInfo;
import io.talon.model.checkpoint.TensorReader;
import io.talon.torch.module.Attention;
import io.talon.torch.module.EngineLayout;
import io.talon.torch.module.Weights;
import io.talon.torch.module.Weights.Stored;
import io.talon.torch.script.Argument;
import io.talon.torch.script.ScriptModule;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What an engine must show before it serves: its tables, ids and weights are those of Java and of the files, read back through
 * the native side; a tree row equals a plain row; everything is finite.
 *
 * <p>Native memory can be wrong in silence (a freed buffer, a product that a processor computes wrongly), and then every row of
 * a run is. Of large weights a few rows are looked at, of all others every value.
 */
final class SelfCheck {
  private static final int PROMPT_TOKENS = 12;
  private static final float FP32_LOGITS = 1e-2f;
  private static final float BF16_LOGITS = 1f;

  private final ScriptModule module;
  private final EngineLayout layout;

  SelfCheck(ScriptModule module, EngineLayout layout) {
    this.module = module;
    this.layout = layout;
  }

  /** The target's weights read back equal those of the files. */
  void targetWeights(List<Stored> weights) {
    weights.forEach(stored -> weight(stored, false));
  }

  /** The same of the head's. */
  void headWeights(List<Stored> weights) {
    weights.forEach(stored -> weight(stored, true));
  }

  /** The ids of the draft vocabulary read back are those that were given. */
  void ids(int[] ids) {
    float[] found = rows("h_ids", 0, IntStream.range(0, ids.length).toArray());
    for (int i = 0; i < ids.length; i++) {
      require(found[i] == ids[i], "target id of draft id %s is %s in the engine and %s in the files", i, found[i], ids[i]);
    }
  }

  /** The rotations read back are those that Java computes. */
  void rotations(RopeSpec rope, int headDim, boolean ofHead) {
    int last = layout.maxContext() - 1;
    int[] positions = {0, Math.min(1, last), last / 3, last};
    float[] found = module.floats(
        "rotations_of", Argument.of(ofHead), Argument.integers(positions, 1, positions.length));
    float[] inverse = rope.inverseFrequencies(headDim);
    double tolerance = layout.tolerance();
    for (int p = 0; p < positions.length; p++) {
      for (int i = 0; i < headDim; i++) {
        double angle = (float) positions[p] * inverse[i % inverse.length];
        double sine = i < inverse.length ? -Math.sin(angle) : Math.sin(angle);
        float foundCosine = found[p * headDim + i];
        float foundSine = found[(positions.length + p) * headDim + i];
        require(
            Math.abs(foundCosine - Math.cos(angle)) <= tolerance && Math.abs(foundSine - sine) <= tolerance,
            "rotation of dimension %s at position %s is %s, %s in the engine and %s, %s by its definition",
            i,
            positions[p],
            foundCosine,
            foundSine,
            Math.cos(angle),
            sine);
      }
    }
  }

  /** A row of a tree has the logits that it has when its path is decoded plainly, and all are finite. */
  void rounds(TorchEngine engine) {
    int vocabulary = engine.spec().vocabulary();
    int room = engine.spec().maxContext() - 4;
    if (room < 1) {
      return;
    }
    int[] prompt = IntStream.range(0, Math.min(room, PROMPT_TOKENS)).map(i -> (37 * i + 11) % vocabulary).toArray();
    boolean drafts = engine.spec().hasDraft();
    int root = engine.prefill(0, prompt, Sampling.GREEDY, drafts ? Drafting.UNCOUPLED : Drafting.OFF).token(0);
    if (drafts) {
      SlotSet slot = new SlotSet(1);
      slot.add(0);
      Candidates candidates = engine.draftRoot(slot, 1);
      require(candidates.logProbs()[0] <= 0, "log-probability of a draft is %s", candidates.logProbs()[0]);
    }
    int size = Math.min(4, engine.spec().maxTreeRows());
    DraftTree tree = new DraftTree(4);
    tree.reset(root);
    for (int node = 1; node < size; node++) {
      tree.add(Math.max(0, node - 2), (root + 7 * node) % vocabulary, -node, 0); // 1 and 2 below the root, 3 below 1
    }
    float[] logits = engine.inspect(batch(tree));
    for (float logit : logits) {
      require(Float.isFinite(logit), "a logit of a short prompt is %s", logit);
    }
    compare(logits, 0, plainly(engine, root), "the root of a tree");
    if (size == 4) {
      step(engine, root, tree.token(1));
      compare(logits, 1, plainly(engine, tree.token(1)), "a child in a tree");
      step(engine, tree.token(1), tree.token(3));
      compare(logits, 3, plainly(engine, tree.token(3)), "a grandchild in a tree");
    }
    engine.release(0);
    int[] longer = Arrays.copyOf(prompt, prompt.length + 1);
    longer[prompt.length] = root;
    float[] ofPrompt = engine.inspect(0, longer);
    compare(logits, 0, Arrays.copyOfRange(ofPrompt, prompt.length * vocabulary, ofPrompt.length),
        "the root of a tree after a prompt");
  }

  private static float[] plainly(TorchEngine engine, int root) {
    DraftTree lone = new DraftTree(1);
    lone.reset(root);
    return engine.inspect(batch(lone));
  }

  private static void step(TorchEngine engine, int root, int next) {
    DraftTree lone = new DraftTree(1);
    lone.reset(root);
    TreeBatch trees = batch(lone);
    engine.verify(trees);
    AcceptedRows accepted = new AcceptedRows(1, 1);
    accepted.add(0, new int[0], 0, next);
    engine.commit(trees, accepted);
  }

  private static TreeBatch batch(DraftTree tree) {
    TreeBatch trees = new TreeBatch(1);
    trees.add(0, tree);
    return trees;
  }

  private void compare(float[] tree, int row, float[] plain, String what) {
    float largest = 0;
    for (int i = 0; i < plain.length; i++) {
      largest = Math.max(largest, Math.abs(tree[row * plain.length + i] - plain[i]));
    }
    float allowed = layout.attention() == Attention.IN_ORDER ? 0 : layout.bf16() ? BF16_LOGITS : FP32_LOGITS;
    require(largest <= allowed, "%s has logits that differ by up to %s from plain decoding, %s are allowed", what, largest,
        allowed);
  }

  private void weight(Stored stored, boolean ofHead) {
    double tolerance = ofHead ? layout.headTolerance() : layout.tolerance();
    if (stored.kind() == Weights.Kind.LINEAR) {
      product(stored, ofHead, tolerance);
      return;
    }
    int before = 0;
    for (TensorInfo part : stored.parts()) {
      int partRows = (int) part.shape()[0];
      int[] rows = stored.kind() == Weights.Kind.TABLE ? some(partRows) : IntStream.range(0, partRows).toArray();
      int offset = before;
      float[] found = rows(stored.list(), stored.index(), Arrays.stream(rows).map(row -> offset + row).toArray());
      float[] all = stored.kind() == Weights.Kind.TABLE ? null : TensorReader.floats(part);
      for (int i = 0; i < rows.length; i++) {
        float[] wanted = all == null ? TensorReader.row(part, rows[i]) : new float[] {all[i]};
        for (int column = 0; column < wanted.length; column++) {
          float value = found[i * wanted.length + column];
          close(part, rows[i], value, wanted[column], tolerance * Math.abs(wanted[column]));
        }
      }
      before += partRows;
    }
  }

  /** The outputs of a product for a row of small numbers, against the same sums over rows of the file. */
  private void product(Stored stored, boolean ofHead, double tolerance) {
    int columns = (int) stored.parts().get(0).shape()[1];
    float[] x = new float[columns];
    for (int i = 0; i < columns; i++) {
      x[i] = (i * 7 % 5 - 1.5f) / 2;
    }
    int[] rows = new int[0];
    int before = 0;
    for (TensorInfo part : stored.parts()) {
      int offset = before;
      rows = IntStream.concat(Arrays.stream(rows), Arrays.stream(some((int) part.shape()[0])).map(row -> offset + row)).toArray();
      before += (int) part.shape()[0];
    }
    float[] found = module.floats(
        "outputs_of",
        Argument.of(stored.list()),
        Argument.of(stored.index()),
        Argument.of(ofHead),
        Argument.floats(x, 1, columns),
        Argument.integers(rows, 1, rows.length));
    require(found[rows.length] == 0, "a product with %s is not finite", stored.parts().get(0).name());
    int next = 0;
    for (TensorInfo part : stored.parts()) {
      for (int row : some((int) part.shape()[0])) {
        float[] weights = TensorReader.row(part, row);
        double sum = 0;
        double magnitude = 0;
        for (int i = 0; i < columns; i++) {
          sum += (double) weights[i] * x[i];
          magnitude += Math.abs((double) weights[i] * x[i]);
        }
        close(part, row, found[next++], sum, tolerance * magnitude);
      }
    }
  }

  private void close(TensorInfo part, int row, float found, double wanted, double tolerance) {
    require(
        Math.abs(found - wanted) <= tolerance + Float.MIN_NORMAL,
        "row %s of %s gives %s in the engine and %s from %s",
        row,
        part.name(),
        found,
        wanted,
        part.file());
  }

  private float[] rows(String list, int index, int[] rows) {
    return module.floats("rows_of", Argument.of(list), Argument.of(index), Argument.integers(rows, 1, rows.length));
  }

  /** The first, the last and two rows between. */
  private static int[] some(int rows) {
    return IntStream.of(0, rows / 3, 2 * rows / 3, rows - 1).distinct().toArray();
  }

  private static void require(boolean holds, String format, Object... args) {
    if (!holds) {
      throw new TalonException(
          ErrorCode.ENGINE,
          "the engine does not pass the checks that it makes when it opens, and will not serve: " + String.format(format, args)
              + "; if the model's files are whole, memory or the native library is at fault: try again, then another machine");
    }
  }
}
