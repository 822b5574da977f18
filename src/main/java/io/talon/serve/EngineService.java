package io.talon.serve;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.decode.DecodeLoop;
import io.talon.decode.DecodeOptions;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.decode.Requester;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import io.talon.stats.ForwardMeter;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine on a thread of its own, shared by all tasks of the executor: their rows decode in one batch, and a slot that
 * one task frees is filled by whoever comes next.
 *
 * <p>Requests wait in two lanes. The service stays with a lane until nothing of it waits or lives, then takes the other.
 *
 * <p>When the engine fails it is opened again and what lived is decoded anew, which changes no text. The row that made it
 * fail is found by halving and rejected; a lack of memory halves the slots; what an engine opened again cannot mend fails
 * every request that waits or lives, and every later one. {@link Fault} says which is which.
 */
public final class EngineService implements AutoCloseable {
  private static final long CLOSE_MILLIS = 10_000;
  /** So many rows that make the engine fail when they are alone, one after the other, say that it is no row's fault. */
  private static final int MOST_CULPRITS = 3;

  private static final Logger LOG = LoggerFactory.getLogger(EngineService.class);

  /**
   * What a service is made of.
   *
   * @param opener opens the engine for so many sequences at a time, or fewer where a lack of memory says so
   * @param slots sequences that are to be decoded at a time
   * @param lanes how each lane decodes
   * @param lost told why this process is of no more use to any engine; if it returns, all requests fail
   */
  record Parts(
      String name,
      IntFunction<Engine> opener,
      int slots,
      Map<Lane, DecodeOptions> lanes,
      LongSupplier nanoClock,
      Consumer<TalonException> lost) {}

  private final Parts parts;
  private final CompletableFuture<EngineSpec> opened = new CompletableFuture<>();
  private final ForwardMeter meter = new ForwardMeter();
  private final Workload work = new Workload();
  private final Thread thread;
  private volatile EngineSpec spec; // of the engine that is open
  private volatile int restarts;
  // The engine's thread alone sees these:
  private int slots;
  private int culprits; // since a generation was finished

  /** Starts the thread, which opens the engine and closes it in the end. */
  EngineService(Parts parts) {
    this.parts = parts;
    slots = parts.slots();
    thread = new Thread(this::serve, parts.name());
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits until the engine is open; throws what kept it from opening. */
  public EngineSpec spec() {
    try {
      opened.join();
      return spec;
    } catch (CompletionException e) {
      TalonException cause = asFailure(e.getCause());
      throw new TalonException(cause.code(), cause.getMessage(), e.getCause());
    }
  }

  /** Times of the engine's forwards, in all lanes. */
  public ForwardMeter meter() {
    return meter;
  }

  /** Times that the engine failed and was opened again. */
  public int restarts() {
    return restarts;
  }

  /** What it has to do at the moment. */
  EnginePool.Load load() {
    return new EnginePool.Load(work.live(), work.waiting(), restarts);
  }

  /** Queues a request and returns the number under which its outcome comes to the mailbox. */
  public long submit(Lane lane, GenerationRequest request, Mailbox mailbox) {
    return work.submit(lane, request, mailbox);
  }

  /** The same for a request that is to be decoded without any other beside it, before what waits in the lanes. */
  public long submitAlone(Lane lane, GenerationRequest request, Mailbox mailbox) {
    return work.submitAlone(lane, request, mailbox);
  }

  /** Whether the service can still take work. */
  boolean usable() {
    return work.usable();
  }

  /** Stops after the round in progress and frees the engine; requests still open fail. Closing twice is harmless. */
  @Override
  public void close() {
    work.close();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() {
    TalonException end = null;
    while (end == null) {
      end = serveOnce();
    }
    opened.completeExceptionally(end);
    work.fail(end);
  }

  /** Serves with one engine until it fails or is to close; returns why there is no other, null when there is to be one. */
  private TalonException serveOnce() {
    try (Engine engine = parts.opener().apply(slots)) {
      spec = engine.spec();
      opened.complete(spec);
      Map<Lane, DecodeLoop> loops = new EnumMap<>(Lane.class);
      parts.lanes().forEach((lane, options) -> loops.put(lane, new DecodeLoop(engine, options, parts.nanoClock(), meter)));
      for (Lane lane = work.await(Lane.SPECULATIVE); lane != null; lane = work.await(lane)) {
        loops.get(lane).run(new LaneRequester());
      }
      return Workload.closed();
    } catch (Throwable t) { // whatever ends an engine must reach the tasks that wait for it
      return afterFailure(t);
    }
  }

  private TalonException afterFailure(Throwable thrown) {
    TalonException failure = asFailure(thrown);
    if (work.closing()) {
      return failure;
    }
    Fault fault = Fault.of(thrown);
    if (fault == Fault.PROCESS) {
      LOG.error("{}: the process cannot serve any more: {}", parts.name(), failure.getMessage());
      TalonException end = new TalonException(
          failure.code(),
          "this process lost its device or its memory, and no engine can be opened in it again: " + failure.getMessage(),
          thrown);
      work.tellLost(end);
      parts.lost().accept(end);
      return end;
    }
    if (fault == Fault.MEMORY && slots > 1) {
      slots = slots / 2;
      work.retry();
      LOG.warn("{}: out of memory, going on with {} sequences at a time; --batch or --max-context can be made smaller: {}",
          parts.name(), slots, TalonException.firstLine(thrown));
    } else if (work.busy()) {
      TalonException end = blame(work.suspect(), fault, failure);
      if (end != null) {
        return end;
      }
    } else if (fault == Fault.MEMORY) {
      return new TalonException(
          ErrorCode.OUT_OF_MEMORY,
          "there is not enough memory for one sequence at a time; give a smaller --max-context, or a machine with more: "
              + failure.getMessage(),
          thrown);
    } else {
      return failure; // it did not open
    }
    restarts++;
    return null;
  }

  /** Rejects the row that is to blame, if it is known; returns why it is no use to go on, or null. */
  private TalonException blame(Ticket culprit, Fault fault, TalonException failure) {
    if (culprit == null) {
      LOG.warn("{}: the engine failed and is opened again; its rows are decoded again in smaller groups: {}",
          parts.name(), failure.getMessage(), failure);
      return null;
    }
    GenerationRequest request = culprit.request();
    LOG.warn("{}: prompt {}, sample {}, turn {} made the engine fail {} times and goes to the quarantine: {}",
        parts.name(), request.promptId(), request.sampleIdx(), request.turnIdx(), culprit.attempts(), failure.getMessage());
    culprits++;
    if (culprits == MOST_CULPRITS) {
      TalonException end = new TalonException(
          failure.code(),
          "the engine failed on %d rows one after the other, each of them alone, and finished none in between, so the fault lies "
              .formatted(MOST_CULPRITS)
              + "with the engine, its device or the models: " + failure.getMessage(),
          failure);
      culprit.fail(end);
      return end;
    }
    if (fault == Fault.MEMORY) {
      slots = parts.slots(); // it was this row that needed so much
    }
    culprit.reject(
        0,
        new TalonException(
            fault == Fault.MEMORY ? ErrorCode.OUT_OF_MEMORY : ErrorCode.ENGINE,
            "the engine failed on it %d times, at last without any other row beside it: %s"
                .formatted(culprit.attempts(), failure.getMessage()),
            failure));
    return null;
  }

  private static TalonException asFailure(Throwable cause) {
    return cause instanceof TalonException known
        ? known
        : new TalonException(ErrorCode.ENGINE, "the engine failed: " + cause, cause);
  }

  /** Gives the loop the requests of the work and takes their results; called on the engine's thread. */
  private final class LaneRequester implements Requester {
    @Override
    public GenerationRequest next(int liveSlots) {
      return work.next(parts.nanoClock().getAsLong());
    }

    @Override
    public void beforeRound() {
      work.checkOpen();
    }

    @Override
    public TalonException unwanted(GenerationRequest request, int generated) {
      return work.unwanted(request, parts.nanoClock().getAsLong(), generated);
    }

    @Override
    public void finished(Generation generation) {
      culprits = 0;
      work.settle(generation.request()).mailbox().put(new Mailbox.Finished(generation));
    }

    @Override
    public void rejected(GenerationRequest request, int generated, TalonException reason) {
      work.settle(request).reject(generated, reason);
    }
  }
}
