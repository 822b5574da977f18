package io.talon.draft.policy;

import io.talon.engine.Candidates;
import io.talon.tree.DraftTree;
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

/**
 * What the host does per tree: growth by each policy.
 *
 * <pre>
 * mvn -q test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath
 * java -cp target/test-classes:target/classes:$(cat target/classpath) org.openjdk.jmh.Main PolicyBenchmark -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PolicyBenchmark {
  private static final int WIDTH = 59;
  private static final int ROWS = 59;

  /** Exponent of the Zipf distribution after every node: about 3 layers, and about 9. */
  @Param({"1.35", "5"})
  double sharpness;

  private final TreeGrowth talon = TalonPolicy.PAPER.growth(new int[] {2});
  private final TreeGrowth fixed = StaticTreePolicy.PAPER.growth(new int[] {2});
  private final DraftTree tree = new DraftTree(60);
  private Candidates candidates;

  @Setup
  public void draft() {
    Random random = new Random(1);
    candidates = new Candidates(ROWS, WIDTH, new int[ROWS * WIDTH], new float[ROWS * WIDTH]);
    double sum = 0;
    for (int i = 1; i <= 32000; i++) {
      sum += Math.pow(i, -sharpness);
    }
    for (int row = 0; row < ROWS; row++) {
      int firstToken = 3 + random.nextInt(30000);
      for (int i = 0; i < WIDTH; i++) {
        candidates.tokens()[row * WIDTH + i] = firstToken + i;
        candidates.logProbs()[row * WIDTH + i] = (float) (-sharpness * Math.log(i + 1) - Math.log(sum));
      }
    }
  }

  private DraftTree grow(TreeGrowth growth) {
    growth.begin(tree, 1, 60);
    while (growth.width() > 0) {
      growth.accept(candidates, 0);
    }
    return tree;
  }

  @Benchmark
  public DraftTree talon60x10() {
    return grow(talon);
  }

  @Benchmark
  public DraftTree static60x10x9() {
    return grow(fixed);
  }
}
