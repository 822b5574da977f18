package io.talon.job;

/** The two queues of an engine; their sequences never share a forward, so their timings never mix. */
enum Lane {
  SPECULATIVE,
  BASELINE
}
