package io.talon.decode;

import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.Chosen;
import io.talon.engine.Drafting;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import io.talon.engine.Frontier;
import io.talon.engine.SlotSet;
import io.talon.stats.ForwardMeter;
import io.talon.stats.RoundTimes;
import io.talon.tree.TreeBatch;
import java.util.List;
import java.util.function.LongSupplier;

/** An engine that measures its calls: each for the round that it belongs to, forwards also for the engine as a whole. */
final class MeteredEngine implements Engine {
  private final Engine engine;
  private final LongSupplier nanoClock;
  private final RoundTimes times;
  private final ForwardMeter meter;

  MeteredEngine(Engine engine, LongSupplier nanoClock, RoundTimes times, ForwardMeter meter) {
    this.engine = engine;
    this.nanoClock = nanoClock;
    this.times = times;
    this.meter = meter;
  }

  @Override
  public EngineSpec spec() {
    return engine.spec();
  }

  @Override
  public void begin(List<Prompt> prompts) {
    engine.begin(prompts);
  }

  @Override
  public Advance advance(int rows) {
    return engine.advance(rows);
  }

  @Override
  public Candidates draftRoot(SlotSet slots, int width) {
    long start = nanoClock.getAsLong();
    Candidates candidates = engine.draftRoot(slots, width);
    drafted(nanoClock.getAsLong() - start);
    return candidates;
  }

  @Override
  public Candidates draftLayer(Frontier frontier, int width) {
    long start = nanoClock.getAsLong();
    Candidates candidates = engine.draftLayer(frontier, width);
    drafted(nanoClock.getAsLong() - start);
    return candidates;
  }

  @Override
  public int waiting(int slot) {
    return engine.waiting(slot);
  }

  @Override
  public Chosen verify(TreeBatch trees) {
    long start = nanoClock.getAsLong();
    Chosen chosen = engine.verify(trees);
    long nanos = nanoClock.getAsLong() - start;
    times.addVerify(nanos);
    meter.verified(trees.rows(), nanos);
    return chosen;
  }

  @Override
  public void commit(TreeBatch trees, AcceptedRows accepted) {
    long start = nanoClock.getAsLong();
    engine.commit(trees, accepted);
    times.addCommit(nanoClock.getAsLong() - start);
  }

  @Override
  public void couple(int slot, Drafting drafting) {
    engine.couple(slot, drafting);
  }

  @Override
  public void release(int slot) {
    engine.release(slot);
  }

  @Override
  public void forget() {
    engine.forget();
  }

  @Override
  public void close() {
    engine.close();
  }

  private void drafted(long nanos) {
    times.addDraft(nanos);
    meter.drafted(nanos);
  }
}
