package io.talon.draft.lookup;

import io.talon.draft.DraftRound;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.TreePolicy;
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
 * What the host does per tree that is looked up: find the matches, and grow the tree on them.
 *
 * <pre>
 * mvn -q test-compile dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath
 * java -cp target/test-classes:target/classes:$(cat target/classpath) org.openjdk.jmh.Main LookupBenchmark -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LookupBenchmark {
  private static final int CORPUS_TOKENS = 1_000_000;
  private static final int TEXT_TOKENS = 4000;
  private static final int FIRST = 2000;

  /** Distinct tokens: few make every match frequent, many make it rare. */
  @Param({"50", "5000"})
  int vocabulary;

  private LookupDrafter ngram;
  private LookupDrafter run;
  private final DraftRound round = new DraftRound(1, 16);
  private int[] text;
  private int length;

  @Setup
  public void texts() {
    Random random = new Random(1);
    int[] corpus = zipf(random, CORPUS_TOKENS);
    text = zipf(random, TEXT_TOKENS);
    TreePolicy policy = new TalonPolicy(16, 4, 0.03);
    ngram = new LookupDrafter(policy, new int[0], new NgramLookup(1, 1, 3));
    SuffixIndex index = new SuffixIndex.Builder().add(corpus, 0, corpus.length).build();
    run = new LookupDrafter(policy, new int[0], new CorpusLookup(index));
    length = FIRST;
  }

  private int[] zipf(Random random, int tokens) {
    return random.ints(tokens, 0, vocabulary).map(token -> (int) ((long) token * token / vocabulary)).toArray();
  }

  private DraftTree draft(LookupDrafter drafter) {
    if (++length == text.length) {
      drafter.release(0);
      length = FIRST;
    }
    round.clear();
    round.add(0, text, length, 16);
    drafter.draft(round);
    return round.tree(0);
  }

  @Benchmark
  public DraftTree ngram() {
    return draft(ngram);
  }

  @Benchmark
  public DraftTree run() {
    return draft(run);
  }
}
