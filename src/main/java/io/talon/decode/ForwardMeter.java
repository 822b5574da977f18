package io.talon.decode;

import io.talon.engine.AcceptedRows;
import io.talon.engine.Candidates;
import io.talon.engine.Chosen;
import io.talon.engine.Drafting;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import io.talon.engine.Frontier;
import io.talon.engine.Sampling;
import io.talon.engine.SlotSet;
import io.talon.stats.ForwardTimes;
import io.talon.stats.RecentTimes;
import io.talon.tree.TreeBatch;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** An engine that keeps the times of its forwards: drafts together, verifications by the number of rows. */
public final class ForwardMeter implements Engine {
  private final Engine engine;
  private final LongSupplier nanoClock;
  private final RecentTimes draft = new RecentTimes(); // guarded by this
  private final SortedMap<Integer, RecentTimes> verify = new TreeMap<>(); // by rows of the forward, guarded by this

  public ForwardMeter(Engine engine, LongSupplier nanoClock) {
    this.engine = engine;
    this.nanoClock = nanoClock;
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
  public synchronized ForwardTimes take() {
    ForwardTimes times = times();
    draft.clear();
    verify.clear();
    return times;
  }

  /** The measurements so far. */
  public synchronized ForwardTimes times() {
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
