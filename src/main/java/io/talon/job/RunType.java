package io.talon.job;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.ModelOptions;
import io.talon.model.ComputeType;
import io.talon.model.EngineSpec;
import io.talon.torch.TorchEngines;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;

/**
 * The numeric type that all engines of a run compute in. It is decided once: texts of two types differ, so a run must have one.
 *
 * @param dtype {@code fp32} or {@code bf16}
 * @param reason why, for messages
 * @param libtorch version of the native library where it was decided
 * @param djl version of the library that calls it
 */
record RunType(String dtype, String reason, String libtorch, String djl) implements Serializable {
  private static final String AUTO = "auto";

  /**
   * Decides in this JVM.
   *
   * @param device of the engine to be
   * @param place this JVM, for messages
   * @throws TalonException DEVICE when the device is not there, or cannot do what the options name
   */
  static RunType here(ModelOptions models, String device, String place) {
    ComputeType wanted = ComputeType.valueOf(models.dtype().toUpperCase(Locale.ROOT));
    TorchEngines.Computing found = TorchEngines.resolve(wanted, device);
    String reason = models.dtype().equals(AUTO) ? "which " + place + " took for --dtype auto" : "which --dtype names";
    return new RunType(found.type().name().toLowerCase(Locale.ROOT), reason, found.libtorch(), found.djl());
  }

  /** Decides on an executor, whichever is free first; a device that is not there shows here, before the input is read. */
  static RunType onOneExecutor(SparkSession spark, ModelOptions models) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Function<ModelOptions, RunType> probe = RunType::onThisExecutor;
    context.setJobDescription("decide what the run computes in");
    try {
      return context.parallelize(List.of(models), 1).map(probe).collect().get(0);
    } finally {
      context.setJobDescription(null);
    }
  }

  private static RunType onThisExecutor(ModelOptions models) {
    String place = ExecutorPlace.current().toString();
    try {
      return here(models, Engines.device(models, TaskContext.get()), place);
    } catch (TalonException e) {
      throw new TalonException(e.code(), place + ": " + e.getMessage(), e);
    }
  }

  /**
   * What an executor's engine is, once it is open.
   *
   * @param engine waits for it
   * @param device that it was to open on
   * @throws TalonException DEVICE when it does not compute in this type
   */
  EngineSpec check(Supplier<EngineSpec> engine, String device, ExecutorPlace place) {
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
