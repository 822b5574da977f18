package io.talon.serve;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.decode.DecodeLoop;
import io.talon.decode.DecodeOptions;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.decode.RequestSource;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import io.talon.stats.ForwardMeter;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * One engine on a thread of its own, shared by all tasks of the executor: their rows decode in one batch, and a slot that
 * one task frees is filled by whoever comes next.
 *
 * <p>Requests wait in two lanes. The service stays with a lane until nothing of it waits or lives, then takes the other.
 * When the engine fails, every request that waits or lives fails with the cause, and so does every later one.
 */
public final class EngineService implements AutoCloseable {
  private static final long CLOSE_MILLIS = 10_000;

  private record Ticket(GenerationRequest request, Mailbox mailbox) {}

  private final Map<Lane, DecodeOptions> lanes;
  private final CompletableFuture<EngineSpec> opened = new CompletableFuture<>();
  private final ForwardMeter meter = new ForwardMeter();
  private final Thread thread;
  private final Object lock = new Object();
  // Guarded by the lock:
  private final Map<Lane, Queue<Ticket>> waiting = new EnumMap<>(Lane.class);
  private final Map<Long, Ticket> live = new HashMap<>(); // by number
  private long submitted;
  private TalonException failure;
  private boolean closing;

  /**
   * Starts the thread, which opens the engine and closes it in the end.
   *
   * @param lanes how each lane decodes
   */
  EngineService(String name, Supplier<Engine> opener, Map<Lane, DecodeOptions> lanes) {
    this.lanes = lanes;
    for (Lane lane : Lane.values()) {
      waiting.put(lane, new ArrayDeque<>());
    }
    thread = new Thread(() -> serve(opener), name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits until the engine is open; throws what kept it from opening. */
  public EngineSpec spec() {
    try {
      return opened.join();
    } catch (CompletionException e) {
      TalonException cause = asFailure(e.getCause());
      throw new TalonException(cause.code(), cause.getMessage(), e.getCause());
    }
  }

  /** Times of the engine's forwards, in all lanes. */
  public ForwardMeter meter() {
    return meter;
  }

  /** Queues a request and returns the number under which its outcome comes to the mailbox. */
  public long submit(Lane lane, GenerationRequest request, Mailbox mailbox) {
    synchronized (lock) {
      GenerationRequest numbered = request.numbered(++submitted);
      if (failure == null) {
        waiting.get(lane).add(new Ticket(numbered, mailbox));
        lock.notifyAll();
      } else {
        mailbox.put(new Mailbox.Failed(numbered, failure));
      }
      return numbered.id();
    }
  }

  /** Whether the service can still take work. */
  boolean usable() {
    synchronized (lock) {
      return failure == null;
    }
  }

  /** Stops after the round in progress and frees the engine; requests still open fail. Closing twice is harmless. */
  @Override
  public void close() {
    synchronized (lock) {
      closing = true;
      lock.notifyAll();
    }
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Supplier<Engine> opener) {
    try (Engine engine = opener.get()) {
      opened.complete(engine.spec());
      Map<Lane, DecodeLoop> loops = new EnumMap<>(Lane.class);
      lanes.forEach((lane, options) -> loops.put(lane, new DecodeLoop(engine, options, System::nanoTime, meter)));
      for (Lane lane = awaitWork(Lane.SPECULATIVE); lane != null; lane = awaitWork(lane)) {
        loops.get(lane).run(new LaneSource(lane));
      }
      fail(new TalonException(ErrorCode.ENGINE, "the engine was closed while requests were open"));
    } catch (Throwable t) { // whatever ends this thread must reach the tasks that wait for it
      opened.completeExceptionally(t);
      fail(asFailure(t));
    }
  }

  /** Keeps a service that closes from decoding its live sequences to their ends. */
  private void checkOpen() {
    synchronized (lock) {
      if (closing) {
        throw new TalonException(ErrorCode.ENGINE, "the engine was closed while requests were open");
      }
    }
  }

  /** Blocks until a request waits; the lane that the service was in goes first. Null when the service closes. */
  private Lane awaitWork(Lane last) throws InterruptedException {
    Lane other = last == Lane.SPECULATIVE ? Lane.BASELINE : Lane.SPECULATIVE;
    synchronized (lock) {
      while (!closing) {
        if (!waiting.get(last).isEmpty()) {
          return last;
        }
        if (!waiting.get(other).isEmpty()) {
          return other;
        }
        lock.wait();
      }
      return null;
    }
  }

  private void fail(TalonException cause) {
    synchronized (lock) {
      failure = cause;
      waiting.values().forEach(queue -> queue.forEach(this::failTicket));
      waiting.values().forEach(Queue::clear);
      live.values().forEach(this::failTicket);
      live.clear();
    }
  }

  private void failTicket(Ticket ticket) {
    ticket.mailbox().put(new Mailbox.Failed(ticket.request(), failure));
  }

  private static TalonException asFailure(Throwable cause) {
    return cause instanceof TalonException known
        ? known
        : new TalonException(ErrorCode.ENGINE, "the engine failed: " + cause, cause);
  }

  /** Feeds the loop from a lane; called on the engine's thread. */
  private final class LaneSource implements RequestSource {
    private final Queue<Ticket> queue;

    LaneSource(Lane lane) {
      queue = waiting.get(lane);
    }

    @Override
    public GenerationRequest next(int liveSlots) {
      synchronized (lock) {
        checkOpen();
        Ticket ticket = queue.poll();
        while (ticket != null && ticket.mailbox().closed()) {
          ticket = queue.poll();
        }
        if (ticket == null) {
          return null;
        }
        live.put(ticket.request().id(), ticket);
        return ticket.request();
      }
    }

    @Override
    public void beforeRound() {
      synchronized (lock) {
        checkOpen();
      }
    }

    @Override
    public void finished(Generation generation) {
      settle(generation.request()).put(new Mailbox.Finished(generation));
    }

    @Override
    public void rejected(GenerationRequest request, TalonException reason) {
      settle(request).put(new Mailbox.Rejected(request, reason));
    }

    private Mailbox settle(GenerationRequest request) {
      synchronized (lock) {
        return live.remove(request.id()).mailbox();
      }
    }
  }
}
