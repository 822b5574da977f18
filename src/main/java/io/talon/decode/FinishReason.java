package io.talon.decode;

/** Why a generation ended. */
public enum FinishReason {
  /** An end-of-sequence token or a stop string. */
  STOP,
  /** The allowed number of new tokens was reached. */
  LENGTH,
  /** The model's context is full. */
  CONTEXT
}
