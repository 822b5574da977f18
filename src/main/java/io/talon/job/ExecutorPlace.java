package io.talon.job;

import io.talon.TalonException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a JVM of the job runs, as messages say it.
 *
 * @param executor Spark's id
 */
record ExecutorPlace(String executor, String host) {
  /** What an executor ends with that can serve no engine any more, for example after a sticky CUDA error. */
  static final int LOST = 70;

  private static final String DRIVER = "driver"; // Spark's id of it
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorPlace.class);

  /** This JVM; Spark must be up. */
  static ExecutorPlace current() {
    return new ExecutorPlace(SparkEnv.get().executorId(), SparkEnv.get().blockManager().blockManagerId().host());
  }

  /** What is done when this process is of no more use to any engine, see {@link #whenLost(IntConsumer)}. */
  Consumer<TalonException> whenLost() {
    return whenLost(Runtime.getRuntime()::halt);
  }

  /**
   * An executor ends, so that Spark starts another one and gives it the rows again; the driver, where the tasks run in local
   * mode, is the user's own process, and only its job fails.
   *
   * @param halt ends the process with an exit code, and runs no hooks, which could wait for the device forever
   */
  Consumer<TalonException> whenLost(IntConsumer halt) {
    return reason -> {
      if (!executor.equals(DRIVER)) {
        LOG.error("{} ends with exit code {}, its rows are decoded elsewhere: {}", this, LOST, reason.getMessage());
        halt.accept(LOST);
      }
    };
  }

  @Override
  public String toString() {
    return (executor.equals(DRIVER) ? "the driver" : "executor " + executor) + " on " + host;
  }
}
