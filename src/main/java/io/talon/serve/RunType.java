package io.talon.serve;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.ModelOptions;
import io.talon.engine.ComputeType;
import io.talon.engine.EngineSpec;
import io.talon.torch.TorchEngines;
import java.io.Serializable;
import java.util.function.Supplier;

/**
 * The numeric type that all engines of a run compute in. It is decided once: texts of two types differ, so a run must have one.
 *
 * @param dtype {@code fp32}, {@code bf16} or {@code int8}
 * @param reason why, for messages
 * @param libtorch version of the native library where it was decided
 * @param djl version of the library that calls it
 */
public record RunType(String dtype, String reason, String libtorch, String djl) implements Serializable {
  /**
   * Decides in this JVM.
   *
   * @param device of the engine to be
   * @param place this JVM, for messages
   * @throws TalonException DEVICE when the device is not there, or cannot do what the options name
   */
  public static RunType here(ModelOptions models, String device, String place) {
    ComputeType wanted = ComputeType.of(models.dtype());
    TorchEngines.Computing found = TorchEngines.resolve(wanted, device);
    String reason = switch (wanted) {
      case AUTO -> "which " + place + " took for --dtype auto";
      case INT8 -> "which --weights names";
      default -> "which --dtype names";
    };
    return new RunType(found.type().label(), reason, found.libtorch(), found.djl());
  }

  /**
   * What an executor's engine is, once it is open.
   *
   * @param engine waits for it
   * @param device that it was to open on
   * @param place the executor, for messages
   * @throws TalonException DEVICE when it does not compute in this type
   */
  public EngineSpec check(Supplier<EngineSpec> engine, String device, String place) {
    EngineSpec spec;
    try {
      spec = engine.get();
    } catch (TalonException e) {
      if (e.code() != ErrorCode.DEVICE) {
        throw e;
      }
      throw opensInAnyType(device)
          ? refusal(place + " cannot", e)
          : new TalonException(e.code(), place + ": " + e.getMessage(), e);
    }
    if (!spec.dtype().equals(dtype)) {
      throw refusal(place + " computes in " + spec.dtype() + " and does not", null);
    }
    return spec;
  }

  private TalonException refusal(String who, TalonException cause) {
    return new TalonException(
        ErrorCode.DEVICE,
        who + " compute in " + dtype + ", " + reason + " for the whole run, as texts of two types must not be mixed; "
            + "run with --dtype fp32, which every machine can do, or without that machine",
        cause);
  }

  /** Whether it is the type that a device lacks, and not the device. */
  private static boolean opensInAnyType(String device) {
    try {
      TorchEngines.resolve(ComputeType.FP32, device);
      return true;
    } catch (TalonException e) {
      return false;
    }
  }
}
