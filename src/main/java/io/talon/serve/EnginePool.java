package io.talon.serve;

import io.talon.TalonException;
import io.talon.conf.DraftOptions;
import io.talon.conf.ModelOptions;
import io.talon.decode.Coupling;
import io.talon.decode.DecodeOptions;
import io.talon.draft.Drafter;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.draft.policy.NoDraft;
import io.talon.model.TargetSpec;
import io.talon.torch.TorchEngines;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The engines of this JVM: one, or several that share its cores, per device, models and way of drafting, opened by the first who asks.
 *
 * <p>An engine that nobody uses stays warm for a while, unless another one is opened on its device; then it makes room.
 */
public final class EnginePool {
  static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final EnginePool OF_THIS_JVM = new EnginePool(EnginePool::start, System::nanoTime);

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(EnginePool::closeAll, "talon-close-engines"));
    Executors.newSingleThreadScheduledExecutor(task -> {
      Thread thread = new Thread(task, "talon-idle-engines");
      thread.setDaemon(true);
      return thread;
    }).scheduleWithFixedDelay(OF_THIS_JVM::evictIdle, 1, 1, TimeUnit.MINUTES);
  }

  /** What makes two tasks share an engine; the models' type is one that can be computed in, and not what is to be found out. */
  public record Key(String device, ModelOptions models, DraftOptions draft, int batch) {}

  /**
   * What it takes to open an engine.
   *
   * @param corpora gives the generations of the runs that the key's models draft from
   * @param lost told why this process is of no more use to any engine; if it returns, the engine's requests fail
   */
  public record Opening(Supplier<List<SuffixIndex>> corpora, Consumer<TalonException> lost) {}

  /**
   * What the engines of a JVM have to do.
   *
   * @param live sequences that are decoded
   * @param waiting requests that are not begun
   * @param restarts times that one of them failed and was opened again
   */
  public record Load(int live, int waiting, int restarts) implements Serializable {
    public static final Load NONE = new Load(0, 0, 0);

    int all() {
      return live + waiting;
    }

    /** The larger of each figure, where tasks of one JVM said different ones. */
    public Load larger(Load other) {
      return new Load(Math.max(live, other.live), Math.max(waiting, other.waiting), Math.max(restarts, other.restarts));
    }

    /** That of two JVMs together. */
    public Load plus(Load other) {
      return new Load(live + other.live, waiting + other.waiting, restarts + other.restarts);
    }
  }

  /** Open engines and who uses them. */
  private static final class Entry {
    private final EngineGroup engines;
    private int users;
    private long unusedSince;

    Entry(EngineGroup engines) {
      this.engines = engines;
    }
  }

  private final BiFunction<Key, Opening, EngineGroup> starter;
  private final LongSupplier nanoClock;
  private final Map<Key, Entry> open = new HashMap<>(); // guarded by this

  EnginePool(BiFunction<Key, Opening, EngineGroup> starter, LongSupplier nanoClock) {
    this.starter = starter;
    this.nanoClock = nanoClock;
  }

  /** The engines of a device, to be handed back with {@link #release}; what has failed is replaced. */
  public static EngineGroup shared(Key key, Opening opening) {
    return OF_THIS_JVM.acquire(key, opening);
  }

  /** Says that one of those who asked for an engine needs it no more. */
  public static void release(EngineGroup engines) {
    OF_THIS_JVM.handBack(engines);
  }

  /** What the engines of this JVM have to do at the moment. */
  public static Load load() {
    return OF_THIS_JVM.sum();
  }

  /** Frees all engines; they open again when asked for. */
  public static void closeAll() {
    OF_THIS_JVM.close();
  }

  synchronized EngineGroup acquire(Key key, Opening opening) {
    Entry entry = open.get(key);
    if (entry == null || !entry.engines.usable()) {
      if (entry != null) {
        entry.engines.close(); // what is left of it would take memory for nothing
      }
      evict(key.device(), nanoClock.getAsLong());
      entry = new Entry(starter.apply(key, opening));
      open.put(key, entry);
    }
    entry.users++;
    return entry.engines;
  }

  synchronized void handBack(EngineGroup engines) {
    for (Entry entry : open.values()) {
      if (entry.engines == engines) {
        entry.users--;
        entry.unusedSince = nanoClock.getAsLong();
      }
    }
  }

  /** Closes the engines that nobody has used for a while. */
  synchronized void evictIdle() {
    evict(null, nanoClock.getAsLong() - IDLE_NANOS);
  }

  private synchronized Load sum() {
    return open.values().stream().map(entry -> entry.engines.load()).reduce(Load.NONE, Load::plus);
  }

  synchronized void close() {
    open.values().forEach(entry -> entry.engines.close());
    open.clear();
  }

  /** Closes engines that were last used before a time. */
  private void evict(String device, long before) {
    for (Iterator<Map.Entry<Key, Entry>> all = open.entrySet().iterator(); all.hasNext();) {
      Map.Entry<Key, Entry> each = all.next();
      Entry entry = each.getValue();
      boolean here = device == null || device.equals(each.getKey().device());
      if (here && entry.users == 0 && entry.unusedSince - before <= 0) {
        entry.engines.close();
        all.remove();
      }
    }
  }

  private static EngineGroup start(Key key, Opening opening) {
    int[] endTokens = TargetSpec.read(Path.of(key.models().target())).endTokens();
    Coupling coupling = key.draft().coupling();
    Drafter.Factory drafters = key.models().drafts().drafters(opening.corpora().get());
    Map<Lane, DecodeOptions> lanes = Map.of(
        Lane.SPECULATIVE, new DecodeOptions(key.draft().policy(), drafters, coupling, endTokens, EngineCosts.of(key.models())),
        Lane.BASELINE, new DecodeOptions(new NoDraft(), coupling, endTokens));
    Object turn = new Object(); // one is opened after another: that uses all processors
    List<EngineService> engines = new ArrayList<>();
    for (int i = 0; i < key.models().engines(); i++) {
      engines.add(new EngineService(new EngineService.Parts(
          "talon-engine-" + key.device() + (i == 0 ? "" : "-" + (i + 1)),
          slots -> {
            synchronized (turn) {
              return TorchEngines.open(key.models().engine(List.of(key.draft().policy()), key.device(), slots));
            }
          },
          key.batch(),
          lanes,
          System::nanoTime,
          opening.lost())));
    }
    return new EngineGroup(engines, key.batch());
  }
}
