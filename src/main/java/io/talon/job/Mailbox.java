package io.talon.job;

import io.talon.TalonException;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What an engine sends back to one task; filled by the engine's thread, emptied by the task's. */
final class Mailbox {
  /** An answer of the engine. */
  sealed interface Outcome {
    GenerationRequest request();
  }

  record Finished(Generation generation) implements Outcome {
    @Override
    public GenerationRequest request() {
      return generation.request();
    }
  }

  record Rejected(GenerationRequest request, TalonException reason) implements Outcome {}

  record Failed(GenerationRequest request, TalonException cause) implements Outcome {}

  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private volatile boolean closed;

  void put(Outcome outcome) {
    outcomes.add(outcome);
  }

  /** The next outcome, empty when none came in time. */
  Optional<Outcome> poll(long millis) throws InterruptedException {
    return Optional.ofNullable(outcomes.poll(millis, TimeUnit.MILLISECONDS));
  }

  /** Says that nobody waits any more; requests that have not begun are dropped. */
  void close() {
    closed = true;
  }

  boolean closed() {
    return closed;
  }
}
