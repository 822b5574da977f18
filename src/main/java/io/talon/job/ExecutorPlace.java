package io.talon.job;

import io.talon.TalonException;
import io.talon.conf.ModelOptions;
import io.talon.machine.ControlGroup;
import io.talon.serve.EngineGroup;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
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

  private static final String CORES = "spark.executor.cores";
  private static final Pattern LOCAL_CORES = Pattern.compile("local\\[(\\d+)(?:,.*)?]");
  private static final int HOST_PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final String DRIVER = "driver"; // Spark's id of it
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorPlace.class);

  /** This JVM; Spark must be up. */
  static ExecutorPlace current() {
    return new ExecutorPlace(SparkEnv.get().executorId(), SparkEnv.get().blockManager().blockManagerId().host());
  }

  /** What is done when this process can serve no engine any more, see {@link #whenLost(IntConsumer)}. */
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

  /** The models with this JVM's processors shared out among engines, where the options leave it open. */
  ModelOptions sharedOut(ModelOptions models) {
    int processors = threads(SparkEnv.get().conf(), ControlGroup.ofThisProcess(), HOST_PROCESSORS);
    return EngineGroup.sharing(models, processors);
  }

  /**
   * The tightest of what Spark gives an executor, what the container may use, and what there is: all engines of an executor
   * share them, and the library would take all of the host's.
   *
   * @param present processors of the host
   */
  static int threads(SparkConf conf, ControlGroup container, int present) {
    int allowed = container.processors(present);
    String master = conf.get("spark.master", "");
    Matcher local = LOCAL_CORES.matcher(master);
    if (local.matches()) {
      return Math.min(allowed, Integer.parseInt(local.group(1)));
    }
    int cores = conf.getInt(CORES, master.matches("(yarn|k8s).*") ? 1 : allowed);
    return Math.min(allowed, cores);
  }

  @Override
  public String toString() {
    return (executor.equals(DRIVER) ? "the driver" : "executor " + executor) + " on " + host;
  }
}
