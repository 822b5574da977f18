package io.talon.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What others than its owner see of a run: its figures, as Prometheus reads them, the pages of its driver's UI, and the command
 * lines of all processes.
 *
 * @param figures the largest that each of the run's figures was
 * @param texts pages by their paths and command lines by what is run, as they were while rows were decoded
 */
record Onlooker(Map<String, Double> figures, Map<String, String> texts) {
  /** Settings of a driver that shows them. */
  static final Map<String, String> SETTINGS = Map.of(
      "spark.ui.enabled", "true",
      "spark.ui.port", "0",
      "spark.executor.heartbeatInterval", "250ms",
      "spark.metrics.conf.*.sink.prometheusServlet.class", "org.apache.spark.metrics.sink.PrometheusServlet",
      "spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus");

  private static final Pattern FIGURE =
      Pattern.compile("^\\S*_talon_run_(\\w+)_Value\\S* (\\S+)$", Pattern.MULTILINE);
  private static final Pattern PORT = Pattern.compile("Started ServerConnector@\\S+ .*\\{127\\.0\\.0\\.1:(\\d+)}");
  private static final Pattern PROGRAM = Pattern.compile("\\.(Master|Worker|SparkSubmit|CoarseGrainedExecutorBackend)\\b");
  private static final List<String> PAGES = List.of("/environment/", "/jobs/", "/stages/", "/executors/", "/SQL/");
  private static final long POLL_MILLIS = 50;

  /** Looks until the driver has ended. */
  static Onlooker of(JavaProcess driver) throws InterruptedException {
    String ui = "http://127.0.0.1:" + driver.awaitErr(PORT.pattern()).group(1);
    Onlooker seen = new Onlooker(new TreeMap<>(), new TreeMap<>());
    while (driver.alive()) {
      seen.readFigures(read(ui + "/metrics/prometheus/"));
      if (seen.texts.isEmpty() && seen.figures.getOrDefault("tokens", 0.0) > 0) {
        PAGES.forEach(page -> seen.texts.put(page, read(ui + page)));
        ProcessHandle.allProcesses().forEach(seen::readCommandLine);
      }
      Thread.sleep(POLL_MILLIS);
    }
    return seen;
  }

  private void readFigures(String page) {
    Matcher matcher = FIGURE.matcher(page);
    while (matcher.find()) {
      figures.merge(matcher.group(1), Double.valueOf(matcher.group(2)), Math::max);
    }
  }

  private void readCommandLine(ProcessHandle process) {
    Path whole = Path.of("/proc", Long.toString(process.pid()), "cmdline"); // Java's own answer ends after a few thousand characters
    String line;
    try {
      line = Files.readString(whole);
    } catch (IOException e) { // not on this system, or the process has just ended
      line = process.info().commandLine().orElse("");
    }
    Matcher program = PROGRAM.matcher(line);
    texts.merge(program.find() ? program.group(1) : "other processes", line, (one, other) -> one + "\n" + other);
  }

  private static String read(String page) {
    try (InputStream in = URI.create(page).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // the UI comes a little later than its port, and goes before its process
    }
  }
}
