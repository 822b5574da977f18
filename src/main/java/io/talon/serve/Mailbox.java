package io.talon.serve;

import io.talon.TalonException;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What an engine sends back to one task; filled by the engine's thread, emptied by the task's. */
public final class Mailbox {
  /** An answer of the engine. */
  public sealed interface Outcome {
    GenerationRequest request();
  }

  public record Finished(Generation generation) implements Outcome {
    @Override
    public GenerationRequest request() {
      return generation.request();
    }
  }

  public record Rejected(GenerationRequest request, TalonException reason) implements Outcome {}

  public record Failed(GenerationRequest request, TalonException cause) implements Outcome {}

  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private volatile boolean closed;

  void put(Outcome outcome) {
    outcomes.add(outcome);
  }

  /** The next outcome, empty when none came in time. */
  public Optional<Outcome> poll(long millis) throws InterruptedException {
    return Optional.ofNullable(outcomes.poll(millis, TimeUnit.MILLISECONDS));
  }

  /** Says that nobody waits any more; requests that have not begun are dropped. */
  public void close() {
    closed = true;
  }

  boolean closed() {
    return closed;
  }
}
