package io.talon.stats;

import java.util.SortedMap;
import java.util.TreeMap;

/** Keeps the times of an engine's forwards: drafts together, verifications by the number of rows. Safe to share. */
public final class ForwardMeter {
  private final RecentTimes draft = new RecentTimes(); // guarded by this
  private final SortedMap<Integer, RecentTimes> verify = new TreeMap<>(); // by rows of the forward, guarded by this

  private String notes = ""; // guarded by this

  /** Forgets the measurements so far. */
  public synchronized void clear() {
    draft.clear();
    verify.clear();
  }

  /** The measurements so far. */
  public synchronized ForwardTimes times() {
    SortedMap<Integer, ForwardTimes.Times> byRows = new TreeMap<>();
    verify.forEach((rows, times) -> byRows.put(rows, times.summary()));
    return new ForwardTimes(draft.summary(), byRows);
  }

  /** Keeps what the drafter of a loop says of itself, JSON, for reports. */
  public synchronized void note(String json) {
    notes = json;
  }

  /** What the latest drafter to say something said, JSON; empty for nothing. */
  public synchronized String notes() {
    return notes;
  }

  /** Counts a draft forward. */
  public synchronized void drafted(long nanos) {
    draft.add(nanos);
  }

  /** Counts a target forward. */
  public synchronized void verified(int rows, long nanos) {
    verify.computeIfAbsent(rows, anyRows -> new RecentTimes()).add(nanos);
  }
}
