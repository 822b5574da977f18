package io.talon.job;

import org.apache.spark.SparkEnv;

/**
 * Where a JVM of the job runs, as messages say it.
 *
 * @param executor Spark's id
 */
record ExecutorPlace(String executor, String host) {
  private static final String DRIVER = "driver"; // Spark's id of it

  /** This JVM; Spark must be up. */
  static ExecutorPlace current() {
    return new ExecutorPlace(SparkEnv.get().executorId(), SparkEnv.get().blockManager().blockManagerId().host());
  }

  @Override
  public String toString() {
    return (executor.equals(DRIVER) ? "the driver" : "executor " + executor) + " on " + host;
  }
}
