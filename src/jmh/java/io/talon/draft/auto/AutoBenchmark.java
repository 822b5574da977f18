package io.talon.draft.auto;

import io.talon.cost.CostGrid;
import io.talon.cost.CostTable;
import io.talon.cost.UnevenTrees;
import io.talon.draft.DraftRound;
import io.talon.draft.Drafter;
import io.talon.draft.policy.AutoPolicy;
import io.talon.engine.Candidates;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import io.talon.engine.Frontier;
import io.talon.engine.SlotSet;
import java.lang.reflect.Proxy;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the host does per round of the policy auto, with a draft that costs nothing and is nearly always right. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AutoBenchmark {
  private static final int VOCABULARY = 2048;
  private static final int LENGTH = 100;

  @Param({"1", "16"})
  int sequences;

  private final Random random = new Random(1);
  private Drafter drafter;
  private DraftRound round;
  private int[] history;

  @Setup
  public void open() {
    EngineSpec spec = new EngineSpec(VOCABULARY, VOCABULARY, sequences, 1024, 32, 64, "cpu", "fp32", 1, 0, 0, true, "");
    Engine engine = (Engine) Proxy.newProxyInstance(
        Engine.class.getClassLoader(), new Class<?>[] {Engine.class}, (proxy, method, args) -> switch (method.getName()) {
          case "spec" -> spec;
          case "draftRoot" -> candidates(((SlotSet) args[0]).size(), (int) args[1]);
          case "draftLayer" -> candidates(((Frontier) args[0]).size(), (int) args[1]);
          default -> throw new UnsupportedOperationException(method.getName());
        });
    int[] slots = {1, 16};
    CostGrid verify =
        new CostGrid(slots, new int[][] {{1, 8, 32}, {1, 8, 32}}, new double[][] {{2e6, 3e6, 5e6}, {4e6, 9e6, 40e6}});
    CostGrid draft = new CostGrid(slots, new int[][] {{1, 8}, {1, 8}}, new double[][] {{1e5, 2e5}, {2e5, 6e5}});
    CostTable costs = new CostTable(verify, draft, draft, draft, 0, 0, 0, UnevenTrees.FREE, 0);
    drafter = Drafters.ENGINE.create(engine, new AutoPolicy(32, 16), new int[] {2}, costs);
    round = new DraftRound(sequences, 32);
    history = new int[LENGTH + 32];
    for (int slot = 0; slot < sequences; slot++) {
      drafter.begin(slot, false);
    }
    for (int plain = 0; plain < 2; plain++) { // until it has seen plain decoding it does not draft
      drafter.learn(round(), 0, sequences == 1 ? 2_000_000 : 4_000_000, 0);
    }
  }

  /** Eight children a row, the first of nine tenths. */
  private Candidates candidates(int rows, int width) {
    int[] tokens = new int[rows * width];
    float[] logProbs = new float[rows * width];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = 3 + random.nextInt(VOCABULARY - 3);
      logProbs[i] = (float) Math.log(i % width == 0 ? 0.9 : 0.1 / (1 << i % width));
    }
    return new Candidates(rows, width, tokens, logProbs);
  }

  @Benchmark
  public DraftRound round() {
    round.clear();
    for (int slot = 0; slot < sequences; slot++) {
      round.add(slot, history, LENGTH, 32);
    }
    drafter.draft(round);
    return round;
  }
}
