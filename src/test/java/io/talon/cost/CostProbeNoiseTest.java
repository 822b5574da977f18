package io.talon.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.engine.Candidates;
import io.talon.engine.Chosen;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import io.talon.engine.Frontier;
import io.talon.engine.HashEngine;
import io.talon.engine.Sampling;
import io.talon.engine.SlotSet;
import io.talon.tree.TreeBatch;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a row's noise takes is told from what the row takes. */
class CostProbeNoiseTest {
  private static final int SLOTS = 4;
  private static final long FORWARD = 10_000;
  private static final long ROW = 100;
  private static final long NOISE = 60;

  @Test
  void whatSamplingAddsIsMeasuredByItself() {
    AtomicLong clock = new AtomicLong();
    CostTable table = CostProbe.measure(timed(clock, 0), clock::get, 100 * FORWARD * SLOTS).table();
    assertThat(table.sampling()).isEqualTo(NOISE);
    assertThat(table.verify().nanos(SLOTS, SLOTS)).as("of greedy rows").isEqualTo(FORWARD + SLOTS * ROW);
    assertThat(CostProbe.measure(timed(clock, 0), clock::get, 0).table().sampling()).as("without time").isZero();
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
            sampled.set(!((Sampling) given[2]).greedy());
            yield chosen(1);
          }
          case "draftRoot" -> candidates(((SlotSet) given[0]).size());
          case "draftLayer" -> candidates(((Frontier) given[0]).size());
          case "verify" -> {
            int rows = ((TreeBatch) given[0]).rows();
            clock.addAndGet(FORWARD + rows * (ROW + (sampled.get() ? NOISE : 0)));
            clock.addAndGet(sampled.get() && forwards.incrementAndGet() <= disturbed ? FORWARD : 0);
            yield chosen(rows);
          }
          default -> null;
        });
  }

  private static Chosen chosen(int rows) {
    return new Chosen(new int[rows], new float[rows]);
  }

  private static Candidates candidates(int rows) {
    int size = rows * ProbeRounds.WIDTH;
    return new Candidates(rows, ProbeRounds.WIDTH, new int[size], new float[size], null, null);
  }
}
