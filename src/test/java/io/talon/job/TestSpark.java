package io.talon.job;

import org.apache.spark.sql.SparkSession;

/** The one Spark session of the tests, opened as the job opens it; it ends with the JVM. */
public final class TestSpark {
  private static final SparkSession SESSION = Session.open("local[2]").spark();

  private TestSpark() {}

  public static SparkSession session() {
    return SESSION;
  }
}
