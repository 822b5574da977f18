package io.talon.job;

import io.talon.TalonException;
import io.talon.conf.ModelOptions;
import io.talon.serve.RunType;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;

/** Finds out on a cluster what a run computes in. */
final class TypeProbe {
  private TypeProbe() {}

  /** Decides on an executor, whichever is free first; a device that is not there shows here, before the input is read. */
  static RunType onOneExecutor(SparkSession spark, ModelOptions models) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Function<ModelOptions, RunType> probe = TypeProbe::onThisExecutor;
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
      return RunType.here(models, DecodePartition.device(models, TaskContext.get()), place);
    } catch (TalonException e) {
      throw new TalonException(e.code(), place + ": " + e.getMessage(), e);
    }
  }
}
