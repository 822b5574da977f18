package io.talon.torch;

import io.talon.engine.ComputeType;
import io.talon.engine.Engine;
import io.talon.engine.EngineOptions;
import io.talon.model.HeadSpec;
import io.talon.model.checkpoint.Checkpoint;
import io.talon.torch.module.Attention;
import io.talon.torch.probe.LinearProbe;
import io.talon.torch.script.TorchRuntime;

/** Opens the engine that fits what the options name: a target alone, with an EAGLE-3 head, or with a draft model. */
public final class TorchEngines {
  /**
   * What a device computes in, and with what.
   *
   * @param type never AUTO
   * @param libtorch version of the native library
   * @param djl version of the library that calls it
   */
  public record Computing(ComputeType type, String libtorch, String djl) {}

  private TorchEngines() {}

  /** Decides on a type as an engine does that opens; DEVICE when the device is not there, or cannot do what is wanted. */
  public static Computing resolve(ComputeType wanted, String device) {
    ComputeType type = LinearProbe.type(wanted, TorchRuntime.device(device));
    String libtorch = ai.djl.engine.Engine.getEngine("PyTorch").getVersion();
    return new Computing(type, libtorch, ai.djl.engine.Engine.getDjlVersion());
  }

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
