package io.talon.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a driver's figures as Prometheus would, from its UI, all the time. */
final class Scrape {
  /** Settings of a driver that shows them. */
  static final Map<String, String> SETTINGS = Map.of(
      "spark.ui.enabled", "true",
      "spark.ui.port", "0",
      "spark.executor.heartbeatInterval", "250ms",
      "spark.metrics.conf.*.sink.prometheusServlet.class", "org.apache.spark.metrics.sink.PrometheusServlet",
      "spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus");

  private static final Pattern FIGURE =
      Pattern.compile("^\\S*_talon_run_(\\w+)_Value\\S* (\\S+)$", Pattern.MULTILINE);
  private static final Pattern PORT = Pattern.compile("Successfully started service 'SparkUI' on port (\\d+)");
  private static final long POLL_MILLIS = 50;

  private Scrape() {}

  /** The largest that each of the run's figures was until the driver ended. */
  static Map<String, Double> largest(JavaProcess driver) throws InterruptedException {
    String port = driver.awaitErr(PORT.pattern()).group(1);
    URI page = URI.create("http://127.0.0.1:" + port + "/metrics/prometheus/");
    Map<String, Double> largest = new TreeMap<>();
    while (driver.alive()) {
      Matcher figures = FIGURE.matcher(read(page));
      while (figures.find()) {
        largest.merge(figures.group(1), Double.valueOf(figures.group(2)), Math::max);
      }
      Thread.sleep(POLL_MILLIS);
    }
    return largest;
  }

  private static String read(URI page) {
    try (InputStream in = page.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // the UI comes a little later than its port, and goes before its process
    }
  }
}
