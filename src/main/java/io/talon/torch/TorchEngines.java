package io.talon.torch;

import io.talon.engine.Engine;
import io.talon.engine.EngineOptions;
import io.talon.model.HeadSpec;
import io.talon.model.checkpoint.Checkpoint;

/** Opens the engine that fits what the options name: a target alone, with an EAGLE-3 head, or with a draft model. */
public final class TorchEngines {
  private TorchEngines() {}

  /** Opens the models; every error that files can show is thrown before a weight is read, and the engine comes back warm. */
  public static Engine open(EngineOptions options) {
    boolean model = options.draft() != null && !HeadSpec.isHead(Checkpoint.open(options.draft()));
    return model ? EngineOpener.openPair(options, padsSlots(options)) : EngineOpener.open(options, padsSlots(options));
  }

  /** Attention runs padded over all slots where a launch costs more than the padding. */
  static boolean padsSlots(EngineOptions options) {
    return options.device().startsWith("cuda");
  }
}
