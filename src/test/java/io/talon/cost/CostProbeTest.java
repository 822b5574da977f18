package io.talon.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.engine.Candidates;
import io.talon.engine.Chosen;
import io.talon.engine.Engine;
import io.talon.engine.Engine.Prompt;
import io.talon.engine.EngineSpec;
import io.talon.engine.Frontier;
import io.talon.engine.HashEngine;
import io.talon.engine.SlotSet;
import io.talon.tree.TreeBatch;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What noise takes, and trees of different sizes, is told from what rows take. */
class CostProbeTest {
  private static final int SLOTS = 4;
  private static final long FORWARD = 10_000;
  private static final long ROW = 100;
  private static final long NOISE = 60;
  private static final long FIRST = 150;
  private static final long LARGE = 900;

  @Test
  void whatSamplingAddsIsMeasuredByItself() {
    AtomicLong clock = new AtomicLong();
    CostTable table = CostProbe.measure(timed(clock, 0), clock::get, 100 * FORWARD * SLOTS).table();
    assertThat(table.sampling()).isEqualTo(NOISE);
    assertThat(table.verify().nanos(SLOTS, SLOTS)).as("of greedy rows").isEqualTo(FORWARD + SLOTS * ROW);
    assertThat(CostProbe.measure(timed(clock, 0), clock::get, 0).table().sampling()).as("without time").isZero();
  }

  @Test
  void whatTreesOfDifferentSizesTakeIsMeasured() {
    AtomicLong clock = new AtomicLong();
    UnevenTrees found = CostProbe.measure(timed(clock, 0), clock::get, 100 * FORWARD * SLOTS).table().uneven();
    assertThat(found.firstRow()).as("for every other sequence").isEqualTo(FIRST / (SLOTS - 1.0));
    assertThat(found.freeRows()).isEqualTo(4);
    assertThat(found.tree()).isEqualTo(FIRST + LARGE);
    assertThat(found.row()).as("two of four rows").isEqualTo(FIRST / 6.0);
    assertThat(CostProbe.measure(timed(clock, 0), clock::get, 0).table().uneven()).as("without time")
        .isEqualTo(new UnevenTrees(0, 2, 0, 0));
  }

  @Test
  void aNeighbourIsNotTakenForNoise() {
    AtomicLong clock = new AtomicLong();
    CostTable table = CostProbe.measure(timed(clock, 8), clock::get, 100 * FORWARD * SLOTS).table();
    assertThat(table.sampling()).as("the first eight sampled forwards took twice as long").isEqualTo(NOISE);
  }

  /**
   * An engine that computes nothing, whose forwards take what they take by a clock of their own.
   *
   * @param disturbed so many sampled forwards, from the first on, take longer
   */
  private static Engine timed(AtomicLong clock, int disturbed) {
    AtomicInteger forwards = new AtomicInteger();
    EngineSpec spec = HashEngine.spec(64, 32, SLOTS, 512);
    AtomicBoolean sampled = new AtomicBoolean();
    return (Engine) Proxy.newProxyInstance(
        Engine.class.getClassLoader(),
        new Class<?>[] {Engine.class},
        (proxy, method, given) -> switch (method.getName()) {
          case "spec" -> spec;
          case "prefill" -> {
            List<?> prompts = (List<?>) given[0];
            sampled.set(!((Prompt) prompts.get(0)).sampling().greedy());
            yield chosen(prompts.size());
          }
          case "draftRoot" -> candidates(((SlotSet) given[0]).size());
          case "draftLayer" -> candidates(((Frontier) given[0]).size());
          case "verify" -> {
            TreeBatch trees = (TreeBatch) given[0];
            int rows = trees.rows();
            clock.addAndGet(FORWARD + rows * (ROW + (sampled.get() ? NOISE : 0)));
            clock.addAndGet(uneven(trees));
            clock.addAndGet(sampled.get() && forwards.incrementAndGet() <= disturbed ? FORWARD : 0);
            yield chosen(rows);
          }
          default -> null;
        });
  }

  /** What one tree that has more rows than another adds, and every one beyond four rows. */
  private static long uneven(TreeBatch trees) {
    int even = 0;
    int large = 0;
    for (int i = 0; i < trees.count(); i++) {
      even += trees.tree(i).size() == trees.tree(0).size() ? 1 : 0;
      large += trees.tree(i).size() > 4 ? 1 : 0;
    }
    return even == trees.count() ? 0 : FIRST + large * LARGE;
  }

  private static Chosen chosen(int rows) {
    return new Chosen(new int[rows], new float[rows]);
  }

  private static Candidates candidates(int rows) {
    int size = rows * ProbeRounds.WIDTH;
    return new Candidates(rows, ProbeRounds.WIDTH, new int[size], new float[size], null, null);
  }
}
