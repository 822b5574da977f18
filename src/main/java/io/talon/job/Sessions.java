package io.talon.job;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Opens Spark with what the job needs; whatever spark-submit or a configuration sets goes first. */
final class Sessions {
  private static final Map<String, String> DEFAULTS = Map.of(
      "spark.app.name", "talon",
      "spark.speculation", "false", // a second copy of a task would decode its rows twice
      "spark.task.reaper.enabled", "true",
      "spark.sql.session.timeZone", "UTC");

  private static final Map<String, String> LOCAL_DEFAULTS = Map.of(
      "spark.executor.heartbeatInterval", "1s", // what the progress line lives on
      "spark.ui.enabled", "false",
      "spark.sql.shuffle.partitions", "8");

  private Sessions() {}

  /**
   * Opens a session.
   *
   * @param master null for what spark-submit says, or all cores of this machine
   */
  static SparkSession open(String master) {
    SparkConf conf = new SparkConf();
    if (master != null) {
      conf.setMaster(master);
    }
    conf.setIfMissing("spark.master", "local[*]");
    DEFAULTS.forEach(conf::setIfMissing);
    if (isLocal(conf.get("spark.master"))) {
      LOCAL_DEFAULTS.forEach(conf::setIfMissing);
    }
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /** Whether tasks run in this JVM. */
  static boolean isLocal(String master) {
    return master.equals("local") || master.startsWith("local[");
  }
}
