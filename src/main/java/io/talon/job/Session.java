package io.talon.job;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * Spark with what the job needs; whatever spark-submit or a configuration sets goes first.
 *
 * @param own whether the job opened the session, and so ends it; one that was there before stays as it is
 */
public record Session(SparkSession spark, boolean own) implements AutoCloseable {
  private static final Map<String, String> DEFAULTS = Map.of(
      "spark.scheduler.mode", "FAIR", // a wave that is decoded is not to wait for the next one before it is committed
      "spark.app.name", "talon",
      "spark.speculation", "false", // a second copy of a task would decode its rows twice
      "spark.task.reaper.enabled", "true",
      "spark.sql.session.timeZone", "UTC");

  private static final Map<String, String> LOCAL_DEFAULTS = Map.of(
      // The progress line lives on it. Spark 3.5 fails noisily when the first one comes before its block manager is there, as it
      // does within a second where a machine is busy.
      "spark.executor.heartbeatInterval", "3s",
      "spark.ui.enabled", "false",
      "spark.sql.shuffle.partitions", "8");

  /**
   * The session of the application that calls the job, else a new one.
   *
   * @param master null for what spark-submit says, or all cores of this machine
   */
  public static Session open(String master) {
    Option<SparkSession> present = SparkSession.getDefaultSession();
    if (present.isDefined() && !present.get().sparkContext().isStopped()) {
      return new Session(present.get(), false);
    }
    SparkConf conf = new SparkConf();
    if (master != null) {
      conf.setMaster(master);
    }
    conf.setIfMissing("spark.master", "local[*]");
    DEFAULTS.forEach(conf::setIfMissing);
    if (isLocal(conf.get("spark.master"))) {
      LOCAL_DEFAULTS.forEach(conf::setIfMissing);
    }
    return new Session(SparkSession.builder().config(conf).getOrCreate(), true);
  }

  @Override
  public void close() {
    if (own) {
      spark.stop();
    }
  }

  /** Whether tasks run in this JVM. */
  static boolean isLocal(String master) {
    return master.equals("local") || master.startsWith("local[");
  }
}
