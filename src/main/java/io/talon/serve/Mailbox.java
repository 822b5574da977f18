package io.talon.serve;

import io.talon.TalonException;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

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

  /**
   * A request that has no result.
   *
   * @param generated tokens that it had by then
   * @param attempts times that its decoding began
   */
  public record Rejected(GenerationRequest request, TalonException reason, int generated, int attempts)
      implements Outcome {}

  public record Failed(GenerationRequest request, TalonException cause) implements Outcome {}

  /**
   * What a task hears when the process has lost its device or its memory, before it ends.
   *
   * @param prompts of the task that lived, by their ids
   * @param live requests of all tasks that lived
   */
  public record Lost(Set<String> prompts, int live, TalonException reason) {}

  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private final long timeoutNanos;
  private final Consumer<Lost> whenLost;
  private volatile boolean closed;

  /** A task's mailbox that keeps nothing beyond the process. */
  public Mailbox(Duration timeout) {
    this(timeout, lost -> {});
  }

  /**
   * A task's mailbox.
   *
   * @param timeout time that one generation may take from its prefill on, zero for any
   * @param whenLost called on the engine's thread, once, when the process is lost while requests of the task live
   */
  public Mailbox(Duration timeout, Consumer<Lost> whenLost) {
    timeoutNanos = timeout.toNanos();
    this.whenLost = whenLost;
  }

  void lost(Lost lost) {
    whenLost.accept(lost);
  }

  long timeoutNanos() {
    return timeoutNanos;
  }

  void put(Outcome outcome) {
    outcomes.add(outcome);
  }

  /** The next outcome, empty when none came in time. */
  public Optional<Outcome> poll(long millis) throws InterruptedException {
    return Optional.ofNullable(outcomes.poll(millis, TimeUnit.MILLISECONDS));
  }

  /** Says that nobody waits any more: requests that have not begun are dropped, those that live end with the round in progress. */
  public void close() {
    closed = true;
  }

  boolean closed() {
    return closed;
  }
}
