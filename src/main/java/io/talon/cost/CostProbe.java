package io.talon.cost;

import io.talon.cost.ProbeRounds.Times;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Measures what an engine's calls cost: made-up rounds of different shapes, each a few times, of which the calm ones are kept.
 *
 * <p>The engine must be open and empty, and is empty again afterwards. What is asked for most often is measured first, a full
 * batch, by few numbers of rows, trees of different sizes, and noise; then one sequence, then what lies between; the time that is left
 * goes to more numbers of rows.
 */
public final class CostProbe {
  private static final int[] FIRST_ROWS = {1, 2, 4, 8, 16};
  private static final int[] MORE_ROWS = {3, 6, 12, 24, 32, 5, 10, 20, 48, 64};
  private static final int MOST_ROWS = 256; // of all sequences together
  private static final double TOO_DEAR = 2.5; // forwards of one row each
  private static final int PROMPT = 96; // as long as sequences often are: what rows and uneven trees take grows with it
  private static final int LONG_PROMPT = 512;
  private static final int WIDE = 8; // rows of a tree
  private static final int PARTS = 5; // of the time
  private static final int TURNS = 2; // of greedy and sampled forwards

  private final EngineSpec spec;
  private final LongSupplier nanoClock;
  private final double allowed;
  private final long end;
  private final ProbeRounds rounds;
  private final int promptLength;
  private final TreeMap<Integer, TreeMap<Integer, Times>> times = new TreeMap<>(); // by sequences, by rows of each

  private CostProbe(Engine engine, LongSupplier nanoClock, long allowedNanos) {
    this.nanoClock = nanoClock;
    spec = engine.spec();
    allowed = allowedNanos;
    end = nanoClock.getAsLong() + allowedNanos;
    rounds = new ProbeRounds(engine, nanoClock);
    promptLength = Math.max(1, Math.min(PROMPT, spec.maxContext() / 4));
  }

  /**
   * What was measured.
   *
   * @param steady whether it is worth keeping: nothing else seems to have been running
   */
  public record Measurement(CostTable table, boolean steady) {}

  /**
   * Measures.
   *
   * @param allowedNanos time after which no further shape is begun, but for the first two
   */
  public static Measurement measure(Engine engine, LongSupplier nanoClock, long allowedNanos) {
    if (engine.spec().maxContext() < 4 * ProbeRounds.WIDTH) {
      return new Measurement(CostTable.ASSUMED, false);
    }
    CostProbe probe = new CostProbe(engine, nanoClock, allowedNanos);
    CostTable table = probe.table();
    return new Measurement(table, probe.rounds.steady());
  }

  private CostTable table() {
    int full = spec.slots();
    measure(full, FIRST_ROWS);
    double[] context = contextSlopes();
    again(full);
    UnevenTrees uneven = uneven(full);
    double sampling = sampling(Math.min(2, full));
    if (full > 1) {
      measure(1, FIRST_ROWS);
    }
    List<Integer> between = new ArrayList<>();
    for (int slots = full / 2; slots > 1; slots /= 2) {
      between.add(slots);
    }
    between.forEach(slots -> measure(slots, FIRST_ROWS));
    if (full > 1) {
      again(1);
    }
    measure(full, MORE_ROWS);
    measure(1, MORE_ROWS);
    between.forEach(slots -> measure(slots, MORE_ROWS));
    rounds.releaseAll();
    return table(context, uneven, sampling);
  }

  /** What a row adds whose token is sampled, of a few trees of several rows: not what a forward's noise takes once. */
  private double sampling(int slots) {
    int rows = Math.min(WIDE, spec.maxTreeRows());
    double greedy = Double.MAX_VALUE;
    double sampled = Double.MAX_VALUE;
    for (int turn = 0; turn < TURNS && hasTime(); turn++) { // what is sought is small beside what a neighbour takes
      greedy = Math.min(greedy, rounds.even(slots, rows, promptLength).verify());
      sampled = Math.min(sampled, rounds.sampled(slots, rows, promptLength));
    }
    return Math.max(0, sampled - greedy) / (slots * rows);
  }

  /** Measures shapes as long as there is time; of the first, a full batch, at least two. */
  private void measure(int slots, int[] rowCounts) {
    TreeMap<Integer, Times> line = times.computeIfAbsent(slots, unused -> new TreeMap<>());
    for (int rows : rowCounts) {
      boolean needed = times.size() == 1 && line.size() < 2;
      boolean fits = rows <= spec.maxTreeRows() && (rows <= 2 || rows * slots <= MOST_ROWS);
      boolean dear = !line.isEmpty() && (dearBefore(line, rows) || slowBefore(line, rows));
      if (fits && (needed || hasTime() && !dear) && !line.containsKey(rows)) {
        line.put(rows, rounds.even(slots, rows, promptLength));
      }
    }
    boolean slope = line.size() > 1 || spec.maxTreeRows() == 1 || times.size() == 1;
    if (line.isEmpty() || line.firstKey() != 1 || !slope) { // one point says nothing of what rows take
      times.remove(slots);
    }
  }

  /** Whether fewer rows than these are far too dear already. */
  private static boolean dearBefore(TreeMap<Integer, Times> line, int rows) {
    Integer fewer = line.lowerKey(rows);
    return fewer != null && line.get(fewer).verify() > TOO_DEAR * line.firstEntry().getValue().verify();
  }

  /** Whether so many rows, at what a row of fewer takes, would take more than their part of the time. */
  private boolean slowBefore(TreeMap<Integer, Times> line, int rows) {
    Map.Entry<Integer, Times> fewer = line.lowerEntry(rows);
    double nanos = fewer == null ? 0 : fewer.getValue().verify() * rows / fewer.getKey();
    return nanos * ProbeRounds.FORWARDS > allowed / PARTS;
  }

  /** Measures the first shapes once more: the process may have been cold, and they are those by which drafting is judged. */
  private void again(int slots) {
    TreeMap<Integer, Times> line = times.get(slots);
    for (int rows : new int[] {1, 2}) {
      if (line != null && line.containsKey(rows) && hasTime()) {
        line.merge(rows, rounds.even(slots, rows, promptLength), Times::calmer);
      }
    }
  }

  private boolean hasTime() {
    return nanoClock.getAsLong() < end;
  }

  /** What a token of context adds to a forward of one row, and of every row more. */
  private double[] contextSlopes() {
    int length = longPrompt();
    int wide = Math.min(WIDE, spec.maxTreeRows());
    if (length < 2 * promptLength || wide < 2 || !hasTime()) {
      return new double[2];
    }
    double few = rounds.even(1, 1, promptLength).verify();
    double fewWide = rounds.even(1, wide, promptLength).verify();
    double many = rounds.even(1, 1, length).verify();
    double manyWide = rounds.even(1, wide, length).verify();
    double tokens = length - promptLength;
    double perSlot = Math.max(0, (many - few) / tokens);
    return new double[] {perSlot, Math.max(0, (manyWide - fewWide) / tokens - perSlot) / (wide - 1)};
  }

  /** Tokens of a prompt that is long, and yet takes a quarter of the time that is left at most, by the widest forward so far. */
  private int longPrompt() {
    Map.Entry<Integer, Times> widest = times.lastEntry().getValue().lastEntry();
    double nanosPerRow = widest.getValue().verify() / (times.lastKey() * widest.getKey());
    double affordable = (end - nanoClock.getAsLong()) / 4.0 / nanosPerRow;
    return (int) Math.min(Math.min(LONG_PROMPT, spec.maxContext() / 2), affordable);
  }

  /** What one tree takes that is larger than the others, a little and much, and what half of them take. */
  private UnevenTrees uneven(int slots) {
    int wide = Math.min(WIDE, spec.maxTreeRows());
    if (slots < 4 || wide < WIDE || times.get(slots).size() < 2) {
      return UnevenTrees.FREE;
    }
    CostGrid even = grid(Times::verify, Integer.MAX_VALUE);
    double most = (even.nanos(slots, 2 * slots) - even.nanos(slots, slots)) / slots; // two rows of each take as long as one has them
    double firstRow = Math.min(most, beyond(even, slots, 1, 2) / (slots - 1));
    double tree = beyond(even, slots, 1, WIDE);
    double few = beyond(even, slots, 1, WIDE / 2);
    double row = beyond(even, slots, slots / 2, WIDE / 2) / (slots / 2 * (WIDE / 2 - 1));
    return new UnevenTrees(firstRow, few < tree / 2 ? WIDE / 2 : 2, tree, row);
  }

  /** What some trees of so many rows, and all others of one, take longer than even ones; 0 where there is no time left. */
  private double beyond(CostGrid even, int slots, int some, int rows) {
    return hasTime()
        ? Math.max(0, rounds.uneven(slots, some, rows, 1, promptLength).verify() - even.nanos(slots, slots + some * (rows - 1)))
        : 0;
  }

  private CostTable table(double[] context, UnevenTrees uneven, double sampling) {
    boolean drafts = spec.hasDraft();
    int n = times.size();
    int[] slots = slots();
    int[][] one = new int[n][];
    int[][] commitRows = new int[n][];
    double[][] root = new double[n][1];
    double[][] commit = new double[n][];
    for (int i = 0; i < n; i++) {
      Times[] line = times.get(slots[i]).values().toArray(Times[]::new);
      one[i] = new int[] {1};
      commitRows[i] = new int[] {1, 2};
      root[i][0] = median(Arrays.stream(line).mapToDouble(Times::root).toArray());
      double moved = median(Arrays.stream(line).skip(line.length > 1 ? 1 : 0).mapToDouble(Times::commit).toArray());
      commit[i] = new double[] {line[0].commit(), Math.max(line[0].commit(), moved)};
    }
    return new CostTable(
        grid(Times::verify, Integer.MAX_VALUE),
        drafts ? CostGrid.monotone(slots, one, root) : CostGrid.NONE,
        drafts ? grid(Times::layer, ProbeRounds.WIDTH) : CostGrid.NONE,
        CostGrid.monotone(slots, commitRows, commit),
        promptLength,
        context[0],
        context[1],
        uneven,
        sampling);
  }

  private int[] slots() {
    return times.keySet().stream().mapToInt(Integer::intValue).toArray();
  }

  private interface Part {
    double of(Times times);
  }

  /** What was measured of a kind of call, up to so many rows of a sequence. */
  private CostGrid grid(Part part, int mostRows) {
    int[] slots = slots();
    int[][] rows = new int[slots.length][];
    double[][] nanos = new double[slots.length][];
    for (int i = 0; i < slots.length; i++) {
      NavigableMap<Integer, Times> line = times.get(slots[i]).headMap(mostRows, true);
      rows[i] = line.keySet().stream().mapToInt(Integer::intValue).toArray();
      nanos[i] = line.values().stream().mapToDouble(part::of).toArray();
    }
    return CostGrid.monotone(slots, rows, nanos).convex();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
