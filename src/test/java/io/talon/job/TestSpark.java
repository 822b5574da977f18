package io.talon.job;

import org.apache.spark.sql.SparkSession;

/** The one Spark session of the tests, opened as the job opens it, with a UI and metrics to scrape; it ends with the JVM. */
public final class TestSpark {
  /** What would be a token for models, if one were told to executors by Spark's configuration. */
  public static final String TOKEN = "hf_nobodyMaySeeThis";

  static {
    System.setProperty("spark.executorEnv.HF_TOKEN", TOKEN);
    System.setProperty("spark.ui.enabled", "true");
    System.setProperty("spark.ui.port", "0");
    System.setProperty(
        "spark.metrics.conf.*.sink.prometheusServlet.class", "org.apache.spark.metrics.sink.PrometheusServlet");
    System.setProperty("spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus");
  }

  private static final SparkSession SESSION = Session.open("local[2]").spark();

  private TestSpark() {}

  public static SparkSession session() {
    return SESSION;
  }
}
