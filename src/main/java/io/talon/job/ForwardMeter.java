package io.talon.job;

import io.talon.model.AcceptedRows;
import io.talon.model.Candidates;
import io.talon.model.Chosen;
import io.talon.model.Drafting;
import io.talon.model.Engine;
import io.talon.model.EngineSpec;
import io.talon.model.Frontier;
import io.talon.model.Sampling;
import io.talon.model.SlotSet;
import io.talon.tree.TreeBatch;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** An engine that keeps the times of its forwards: drafts together, verifications by the number of rows. */
final class ForwardMeter implements Engine {
  private final Engine engine;
  private final LongSupplier nanoClock;
  private final Runnable guard;
  private final RecentTimes draft = new RecentTimes(); // guarded by this
  private final SortedMap<Integer, RecentTimes> verify = new TreeMap<>(); // by rows of the forward, guarded by this

  ForwardMeter(Engine engine, LongSupplier nanoClock) {
    this(engine, nanoClock, () -> {});
  }

  /**
   * @param guard runs before every target forward; what it throws ends the decoding there
   */
  ForwardMeter(Engine engine, LongSupplier nanoClock, Runnable guard) {
    this.engine = engine;
    this.nanoClock = nanoClock;
    this.guard = guard;
  }

  @Override
  public EngineSpec spec() {
    return engine.spec();
  }

  @Override
  public Chosen prefill(int slot, int[] prompt, Sampling sampling, Drafting drafting) {
    return engine.prefill(slot, prompt, sampling, drafting);
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
  public Chosen verify(TreeBatch trees) {
    guard.run();
    long start = nanoClock.getAsLong();
    Chosen chosen = engine.verify(trees);
    verified(trees.rows(), nanoClock.getAsLong() - start);
    return chosen;
  }

  @Override
  public void commit(TreeBatch trees, AcceptedRows accepted) {
    engine.commit(trees, accepted);
  }

  @Override
  public void release(int slot) {
    engine.release(slot);
  }

  @Override
  public void close() {
    engine.close();
  }

  /** Takes the measurements so far and starts anew. */
  synchronized ForwardTimes take() {
    ForwardTimes times = times();
    draft.clear();
    verify.clear();
    return times;
  }

  /** The measurements so far. */
  synchronized ForwardTimes times() {
    SortedMap<Integer, ForwardTimes.Times> byRows = new TreeMap<>();
    verify.forEach((rows, times) -> byRows.put(rows, times.summary()));
    return new ForwardTimes(draft.summary(), byRows);
  }

  private synchronized void drafted(long nanos) {
    draft.add(nanos);
  }

  private synchronized void verified(int rows, long nanos) {
    verify.computeIfAbsent(rows, anyRows -> new RecentTimes()).add(nanos);
  }
}
