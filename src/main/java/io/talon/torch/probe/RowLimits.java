package io.talon.torch.probe;

import io.talon.engine.ComputeType;
import io.talon.model.TargetSpec;
import io.talon.torch.module.EngineLayout;
import io.talon.torch.script.Argument;
import io.talon.torch.script.ScriptModule;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * For every kind of product of the target, numbers of rows for which a row comes out the same, bit for bit.
 *
 * <p>A library cuts the sum of a product differently for different numbers of rows, by rules of its own that depend on shape,
 * type, threads and processor. So each shape is tried with every number of rows that can come, and the longest stretch of
 * numbers that agree is taken: fewer rows are padded to its beginning, more are cut at its end.
 */
public final class RowLimits {
  private static final int MOST = 128;
  private static final int STEP = 8;
  private static final Map<Shape, long[]> FOUND = new ConcurrentHashMap<>();

  /** What the library's choice can depend on. */
  private record Shape(String device, ComputeType type, int threads, int rows, int columns, List<Integer> counts) {}

  private RowLimits() {}

  /** The fewest and the most rows of one call, kind by kind in the order that the script numbers them // [2 kinds]. */
  public static long[] find(ScriptModule module, TargetSpec target, EngineLayout layout) {
    int heads = target.heads() * target.headDim();
    int keys = target.kvHeads() * target.headDim();
    int[][] shapes = {
      {heads + 2 * keys, target.hidden()},
      {target.hidden(), heads},
      {2 * target.intermediate(), target.hidden()},
      {target.hidden(), target.intermediate()},
      {target.vocabulary(), target.hidden()}
    };
    long[] limits = new long[2 * shapes.length];
    for (int kind = 0; kind < shapes.length; kind++) {
      boolean output = kind == shapes.length - 1; // of a prompt it sees the last row only
      List<Integer> counts = counts(layout.fewRows(), output ? layout.fewRows() : MOST);
      Shape shape =
          new Shape(layout.device(), layout.type(), layout.threads(), shapes[kind][0], shapes[kind][1], counts);
      int number = kind;
      long[] found = FOUND.computeIfAbsent(shape, any -> find(module, number, shape));
      limits[2 * kind] = found[0];
      limits[2 * kind + 1] = found[1];
    }
    return limits;
  }

  /** Numbers of rows that calls have: all small ones, then multiples of 8. */
  static List<Integer> counts(int few, int most) {
    return IntStream.rangeClosed(1, Math.max(few, most)).filter(count -> count <= few || count % STEP == 0).boxed().toList();
  }

  private static long[] find(ScriptModule module, int kind, Shape shape) {
    List<Integer> counts = shape.counts();
    long[] classes = module.longs("classes", Argument.of(kind), Argument.of(shape.columns()), list(counts));
    int[] stretch = longest(classes);
    while (true) {
      List<Integer> agreeing = counts.subList(stretch[0], stretch[1]);
      int most = agreeing.get(agreeing.size() - 1);
      long[] differing =
          module.longs("differing", Argument.of(kind), Argument.of(shape.columns()), list(agreeing), Argument.of(most));
      int bad = agreeing.size() - 1;
      while (bad >= 0 && differing[bad] == 0) {
        bad--;
      }
      if (bad < 0) {
        return new long[] {agreeing.get(0), most};
      }
      stretch[0] += bad + 1;
    }
  }

  /** First and end of the longest stretch of counts with the same rows; the later one of equals. */
  static int[] longest(long[] classes) {
    int[] best = {0, 1};
    int start = 0;
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] != 0) {
        start = i;
      }
      if (classes[i] == 2) {
        start = i + 1;
      } else if (i + 1 - start >= best[1] - best[0]) {
        best = new int[] {start, i + 1};
      }
    }
    return best;
  }

  private static Argument list(List<Integer> counts) {
    return Argument.list(counts.stream().mapToLong(Integer::longValue).toArray());
  }
}
