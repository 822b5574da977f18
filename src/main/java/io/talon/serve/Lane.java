package io.talon.serve;

/** The two queues of an engine; their sequences never share a forward, so their timings never mix. */
public enum Lane {
  SPECULATIVE,
  BASELINE
}
