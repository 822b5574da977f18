package io.talon.cost;

import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.Drafting;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import io.talon.engine.Frontier;
import io.talon.engine.Sampling;
import io.talon.engine.SlotSet;
import io.talon.tree.DraftTree;
import io.talon.tree.TreeBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Measures what an engine's calls cost: made-up rounds of different shapes, each a few times, of which the calm ones are kept.
 *
 * <p>The engine must be open and empty, and is empty again afterwards. Shapes go from small to large, and end where the time
 * that was allowed is over or a forward has become far too dear to be chosen.
 */
public final class CostProbe {
  private static final int[] ROWS = {1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64};
  private static final int MOST_ROWS = 256; // of all sequences together
  private static final int WIDTH = 8;
  private static final int REPEATS = 5;
  private static final int PROMPT = 24;
  private static final int LONG_PROMPT = 512;

  private final Engine engine;
  private final EngineSpec spec;
  private final LongSupplier nanoClock;
  private final long end;
  private final boolean drafts;
  private final int promptLength;
  private final int[] lengths; // [slots], 0 for a free one
  private final int[] roots; // [slots], the token that is chosen and not run yet

  private CostProbe(Engine engine, LongSupplier nanoClock, long allowedNanos) {
    this.engine = engine;
    this.nanoClock = nanoClock;
    spec = engine.spec();
    end = nanoClock.getAsLong() + allowedNanos;
    drafts = spec.hasDraft();
    promptLength = Math.max(1, Math.min(PROMPT, spec.maxContext() / 4));
    lengths = new int[spec.slots()];
    roots = new int[spec.slots()];
  }

  /**
   * Measures.
   *
   * @param allowedNanos time after which no further shape is begun
   */
  public static CostTable measure(Engine engine, LongSupplier nanoClock, long allowedNanos) {
    if (engine.spec().maxContext() < 4 * WIDTH) {
      return CostTable.ASSUMED;
    }
    return new CostProbe(engine, nanoClock, allowedNanos).table();
  }

  /** Times of one shape. */
  private record Times(double root, double layer, double verify, double commit) {}

  private CostTable table() {
    List<Integer> slotCounts = new ArrayList<>();
    for (int slots = 1; slots < spec.slots(); slots *= 2) {
      slotCounts.add(slots);
    }
    slotCounts.add(spec.slots());
    int n = slotCounts.size();
    int[] slots = new int[n];
    int[][] rows = new int[n][];
    Times[][] times = new Times[n][];
    int measured = 0;
    for (int i = 0; i < n && (i == 0 || nanoClock.getAsLong() < end); i++) {
      slots[i] = slotCounts.get(i);
      List<Times> line = new ArrayList<>();
      List<Integer> at = new ArrayList<>();
      for (int count : rowCounts()) {
        boolean begins = line.isEmpty() || count == ROWS[1];
        boolean dear = !begins && line.get(line.size() - 1).verify > 6 * line.get(0).verify;
        boolean fits = begins || count * slots[i] <= MOST_ROWS;
        if (fits && !dear && (begins || nanoClock.getAsLong() < end)) {
          line.add(shape(slots[i], count, promptLength));
          at.add(count);
        }
      }
      rows[i] = at.stream().mapToInt(Integer::intValue).toArray();
      times[i] = line.toArray(Times[]::new);
      measured++;
    }
    double[] context = contextSlopes();
    releaseAll();
    return table(Arrays.copyOf(slots, measured), Arrays.copyOf(rows, measured), Arrays.copyOf(times, measured), context);
  }

  /** What is tried of a tree's rows: what is usual, and the most that there can be. */
  private int[] rowCounts() {
    int most = Math.min(spec.maxTreeRows(), ROWS[ROWS.length - 1]);
    return IntStream.concat(Arrays.stream(ROWS).filter(count -> count < most), IntStream.of(most)).toArray();
  }

  private CostTable table(int[] slots, int[][] rows, Times[][] times, double[] context) {
    int n = slots.length;
    double[][] verify = new double[n][];
    double[][] root = new double[n][1];
    double[][] layer = new double[n][];
    double[][] commit = new double[n][];
    int[][] layerRows = new int[n][];
    int[][] one = new int[n][];
    int[][] commitRows = new int[n][];
    for (int i = 0; i < n; i++) {
      verify[i] = Arrays.stream(times[i]).mapToDouble(Times::verify).toArray();
      root[i][0] = median(Arrays.stream(times[i]).mapToDouble(Times::root).toArray());
      one[i] = new int[] {1};
      int widest = 0;
      while (widest < rows[i].length && rows[i][widest] <= WIDTH) {
        widest++;
      }
      layer[i] = Arrays.stream(times[i], 0, widest).mapToDouble(Times::layer).toArray();
      layerRows[i] = Arrays.copyOf(rows[i], widest);
      double least = times[i][0].commit;
      double moved = median(Arrays.stream(times[i]).skip(times[i].length > 1 ? 1 : 0).mapToDouble(Times::commit).toArray());
      commit[i] = new double[] {least, Math.max(least, moved)};
      commitRows[i] = new int[] {1, 2};
    }
    return new CostTable(
        CostGrid.monotone(slots, rows, verify),
        drafts ? CostGrid.monotone(slots, one, root) : CostGrid.NONE,
        drafts ? CostGrid.monotone(slots, layerRows, layer) : CostGrid.NONE,
        CostGrid.monotone(slots, commitRows, commit),
        promptLength,
        context[0],
        context[1]);
  }

  /** What a token of context adds to a forward of one row, and of every row more. */
  private double[] contextSlopes() {
    int length = Math.min(LONG_PROMPT, spec.maxContext() / 2);
    int wide = Math.min(WIDTH, spec.maxTreeRows());
    if (length < 4 * promptLength || wide < 2 || nanoClock.getAsLong() >= end) {
      return new double[2];
    }
    double few = shape(1, 1, promptLength).verify;
    double fewWide = shape(1, wide, promptLength).verify;
    double many = shape(1, 1, length).verify;
    double manyWide = shape(1, wide, length).verify;
    double tokens = length - promptLength;
    double perSlot = Math.max(0, (many - few) / tokens);
    return new double[] {perSlot, Math.max(0, (manyWide - fewWide) / tokens - perSlot) / (wide - 1)};
  }

  private Times shape(int slots, int rows, int context) {
    double[] root = new double[REPEATS];
    double[] layer = new double[REPEATS];
    double[] verify = new double[REPEATS];
    double[] commit = new double[REPEATS];
    SlotSet set = new SlotSet(slots);
    Frontier frontier = new Frontier(slots * WIDTH);
    TreeBatch trees = new TreeBatch(slots);
    AcceptedRows accepted = new AcceptedRows(slots, 2);
    for (int repeat = -1; repeat < REPEATS; repeat++) {
      int kept = Math.max(repeat, 0); // the first round is for warming up
      fill(slots, rows, context);
      long start = nanoClock.getAsLong();
      if (drafts) {
        set.clear();
        for (int slot = 0; slot < slots; slot++) {
          set.add(slot);
        }
        Candidates children = engine.draftRoot(set, WIDTH);
        long middle = nanoClock.getAsLong();
        root[kept] = middle - start;
        expand(children, slots, Math.min(rows, children.width()), frontier);
        start = nanoClock.getAsLong();
        layer[kept] = start - middle;
      }
      trees.clear();
      for (int slot = 0; slot < slots; slot++) {
        trees.add(slot, tree(roots[slot], rows));
      }
      start = nanoClock.getAsLong();
      int next = engine.verify(trees).token(0);
      long middle = nanoClock.getAsLong();
      verify[kept] = middle - start;
      accepted.clear();
      int[] path = {rows - 1};
      for (int slot = 0; slot < slots; slot++) {
        accepted.add(slot, path, rows > 1 ? 1 : 0, next);
        lengths[slot] += rows > 1 ? 2 : 1;
        roots[slot] = next;
      }
      engine.commit(trees, accepted);
      commit[kept] = nanoClock.getAsLong() - middle;
    }
    return new Times(calm(root), calm(layer), calm(verify), calm(commit));
  }

  private void expand(Candidates children, int slots, int each, Frontier frontier) {
    frontier.clear();
    int rows = Math.min(each, spec.maxDraftRows() - 1);
    for (int slot = 0; slot < slots; slot++) {
      for (int i = 0; i < rows; i++) {
        frontier.add(slot, 0, children.tokens()[slot * children.width() + i]);
      }
    }
    if (rows > 0) {
      engine.draftLayer(frontier, WIDTH);
    }
  }

  /** Makes exactly the first slots live, with room for a round. */
  private void fill(int slots, int rows, int context) {
    for (int slot = 0; slot < spec.slots(); slot++) {
      boolean wanted = slot < slots;
      boolean full = lengths[slot] + rows + 2 >= spec.maxContext();
      boolean other = lengths[slot] < context || lengths[slot] > context + LONG_PROMPT / 2;
      if (lengths[slot] > 0 && (!wanted || full || other)) {
        engine.release(slot);
        lengths[slot] = 0;
      }
      if (wanted && lengths[slot] == 0) {
        roots[slot] =
            engine.prefill(slot, new int[context], Sampling.GREEDY, drafts ? Drafting.UNCOUPLED : Drafting.OFF).token(0);
        lengths[slot] = context;
      }
    }
  }

  private void releaseAll() {
    for (int slot = 0; slot < spec.slots(); slot++) {
      if (lengths[slot] > 0) {
        engine.release(slot);
        lengths[slot] = 0;
      }
    }
  }

  /** A root, below it a bush of two children a node. */
  private DraftTree tree(int root, int rows) {
    DraftTree tree = new DraftTree(rows);
    tree.reset(root);
    for (int node = 1; node < rows; node++) {
      tree.add((node - 1) / 2, node % spec.vocabulary(), -node, 0);
    }
    return tree;
  }

  /** The second smallest: neighbours on the machine only ever add, and a call that was faster than all others is no rule. */
  private static double calm(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[1];
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }
}
