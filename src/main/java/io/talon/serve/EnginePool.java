package io.talon.serve;

import io.talon.conf.DraftOptions;
import io.talon.conf.ModelOptions;
import io.talon.decode.Coupling;
import io.talon.decode.DecodeOptions;
import io.talon.draft.Drafter;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.draft.policy.NoDraft;
import io.talon.engine.EngineOptions;
import io.talon.model.TargetSpec;
import io.talon.torch.TorchEngines;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The engines of this JVM: one per device and set of options, opened by the first task that asks. */
public final class EnginePool {
  private static final Map<Key, EngineService> OPEN = new HashMap<>();

  /** What makes two tasks share an engine. */
  public record Key(String device, ModelOptions models, DraftOptions draft, int batch) {}

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(EnginePool::closeAll, "talon-close-engines"));
  }

  private EnginePool() {}

  /**
   * The engine of a device; one that has failed is replaced.
   *
   * @param corpora gives the generations of the runs that the key's models draft from, when an engine is to be opened
   */
  public static EngineService shared(Key key, Supplier<List<SuffixIndex>> corpora) {
    synchronized (OPEN) {
      EngineService service = OPEN.get(key);
      if (service == null || !service.usable()) {
        service = start(key, corpora.get());
        OPEN.put(key, service);
      }
      return service;
    }
  }

  /** Frees all engines; they open again when asked for. */
  public static void closeAll() {
    synchronized (OPEN) {
      OPEN.values().forEach(EngineService::close);
      OPEN.clear();
    }
  }

  private static EngineService start(Key key, List<SuffixIndex> corpora) {
    EngineOptions options = key.models().engine(List.of(key.draft().policy()), key.device(), key.batch());
    int[] endTokens = TargetSpec.read(Path.of(key.models().target())).endTokens();
    Coupling coupling = key.draft().coupling();
    Drafter.Factory drafters = key.models().drafts().drafters(corpora);
    Map<Lane, DecodeOptions> lanes = Map.of(
        Lane.SPECULATIVE, new DecodeOptions(key.draft().policy(), drafters, coupling, endTokens),
        Lane.BASELINE, new DecodeOptions(new NoDraft(), coupling, endTokens));
    return new EngineService("talon-engine-" + key.device(), () -> TorchEngines.open(options), lanes);
  }
}
