package io.talon.serve;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.ModelOptions;
import io.talon.decode.GenerationRequest;
import io.talon.engine.EngineSpec;
import io.talon.machine.EngineShares;
import io.talon.model.checkpoint.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engines that share an executor's processors, one or several of the same kind. A request goes to the one that has least to
 * do; what follows it of the same prompt to the same one, which has its rows in the cache, unless that one has far more to do.
 *
 * <p>Each mends its own failures; when one is lost for good, the pool closes the others and opens a new group.
 */
public final class EngineGroup implements AutoCloseable {
  private static final int REMEMBERED = 4096; // prompts

  private static final Logger LOG = LoggerFactory.getLogger(EngineGroup.class);

  private final int batch;
  private final Map<String, EngineService> byPrompt = new LinkedHashMap<>() { // guarded by this
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, EngineService> eldest) {
      return size() > REMEMBERED;
    }
  };

  private volatile List<EngineService> engines;

  /**
   * A group.
   *
   * @param batch sequences that each of them decodes together
   */
  EngineGroup(List<EngineService> engines, int batch) {
    this.engines = List.copyOf(engines);
    this.batch = batch;
  }

  /**
   * The models with processors shared out among engines, where the options leave that open.
   *
   * @param models with directories of this node
   * @param processors that this process may use
   */
  public static ModelOptions sharing(ModelOptions models, int processors) {
    EngineShares shares = EngineShares.of(
        models.engines(), models.threads(), processors, models.device().equals("cpu"), () -> bytes(models));
    return models.shared(shares.engines(), shares.threads());
  }

  private static long bytes(ModelOptions models) {
    long target = Checkpoint.open(Path.of(models.target())).bytes();
    return models.hasDraft() ? target + Checkpoint.open(Path.of(models.draft())).bytes() : target;
  }

  /** The engines by themselves. */
  public List<EngineService> engines() {
    return engines;
  }

  /** Sequences that all of them decode at once. */
  public int batch() {
    return engines.size() * batch;
  }

  /**
   * Waits until all are open, and returns what each of them is; throws what kept one from opening. Those that find no memory left are
   * gone without, as long as there is one.
   */
  public synchronized EngineSpec spec() {
    EngineSpec spec = null;
    TalonException lacking = null;
    List<EngineService> open = new ArrayList<>();
    for (EngineService engine : engines) {
      try {
        spec = engine.spec();
        open.add(engine);
      } catch (TalonException e) {
        if (e.code() != ErrorCode.OUT_OF_MEMORY) {
          throw e;
        }
        lacking = e;
      }
    }
    if (spec == null) {
      throw lacking;
    }
    if (lacking != null) {
      LOG.warn("going on with {} of {} engines: {}", open.size(), engines.size(), lacking.getMessage());
      engines = List.copyOf(open);
    }
    return spec;
  }

  /** Queues a request and returns the number under which its outcome comes to the mailbox. */
  public long submit(Lane lane, GenerationRequest request, Mailbox mailbox) {
    return choose(request).submit(lane, request, mailbox);
  }

  /** The same for a request that is to be decoded without any other beside it on its engine, before what waits there. */
  public long submitAlone(Lane lane, GenerationRequest request, Mailbox mailbox) {
    return choose(request).submitAlone(lane, request, mailbox);
  }

  private synchronized EngineService choose(GenerationRequest request) {
    EngineService least = engines.get(0);
    if (engines.size() == 1) {
      return least;
    }
    for (EngineService engine : engines) {
      least = engine.load().all() < least.load().all() ? engine : least;
    }
    EngineService before = byPrompt.getOrDefault(request.promptId(), least);
    EngineService chosen = before.load().all() - least.load().all() > batch ? least : before;
    byPrompt.put(request.promptId(), chosen);
    return chosen;
  }

  /** What they have to do at the moment, together. */
  EnginePool.Load load() {
    return engines.stream().map(EngineService::load).reduce(EnginePool.Load.NONE, EnginePool.Load::plus);
  }

  /** Whether all of them can still take work. */
  boolean usable() {
    return engines.stream().allMatch(EngineService::usable);
  }

  /** Stops all of them after the round in progress. */
  @Override
  public void close() {
    engines.forEach(EngineService::close);
  }
}
