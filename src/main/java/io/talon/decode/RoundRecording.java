package io.talon.decode;

/** For which requests a loop keeps a record of every round. */
@FunctionalInterface
public interface RoundRecording {
  RoundRecording NONE = request -> false;
  RoundRecording ALL = request -> true;

  boolean wanted(GenerationRequest request);
}
