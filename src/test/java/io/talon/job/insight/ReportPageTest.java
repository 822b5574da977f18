package io.talon.job.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.cli.JobRun;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report of hand-made runs, as text and in a browser; the browser is Chromium, or what CHROME_BIN names. */
class ReportPageTest {
  private static final Path SCRIPTS = Path.of("src/test/resources/report");
  private static final int[] WIDTHS = {1200, 400};
  private static final String[] THEMES = {"light", "dark"};

  @TempDir
  Path directory;

  @Test
  void thePageHasEverythingInIt() throws IOException {
    String page = page("one");
    assertThat(page).doesNotContain("@D3@", "@PLOT@", "@DATA@").doesNotContainPattern("(src|href)=\"https?:");
    assertThat(page).contains("\"category\":\"chat\"", "a prompt must have a token", "Observable, Inc.", "Mike Bostock");
    assertThat(page.split("</script>", -1)).as("Should close no script but its own four").hasSize(5);
  }

  @Test
  void everyPlotIsDrawnAndLegible() throws IOException, InterruptedException {
    Path browser = browser();
    assumeTrue(browser != null, "no chromium on the PATH and no CHROME_BIN: the page was not looked at");
    for (String page : List.of(page("one"), page("one", "two"))) {
      List<JsonNode> views = look(browser, page);
      assertThat(views).as("Every width and theme").hasSize(WIDTHS.length * THEMES.length);
      for (JsonNode view : views) {
        String name = view.path("width") + " " + view.path("theme").asText();
        assertThat(view.path("problems")).as(name).isEmpty();
        assertThat(view.path("plots").fieldNames())
            .toIterable()
            .containsExactlyInAnyOrder(
                "funnel", "waste", "speed", "live", "lengths", "latencies", "calibration", "widths", "sure", "unsure");
        assertThat(view.path("plots")).as("Should have marks: %s", name).allMatch(marks -> marks.asInt() > 0);
        assertThat(view.path("tables").asInt()).isGreaterThanOrEqualTo(2);
        if (view.path("width").asInt() == 400) {
          assertThat(view.path("wide").asInt()).as("tables that scroll in their own box: %s", name).isPositive();
        }
      }
    }
  }

  private String page(String... runs) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("report"));
    for (String run : runs) {
      Path output = directory.resolve(run);
      arguments.add(Files.exists(output) ? output.toString() : HandMadeRun.write(output, run).toString());
    }
    JobRun.run(null, arguments).expect(0);
    return Files.readString(directory.resolve(runs[0]).resolve("report.html"));
  }

  /** What the page says of itself in frames of every width and theme, in one start of the browser. */
  private List<JsonNode> look(Path browser, String page) throws IOException, InterruptedException {
    String checked = page
        .replace("<head>", "<head><script>" + Files.readString(SCRIPTS.resolve("before.js")) + "</script>")
        .replace("</body>", "<script>" + Files.readString(SCRIPTS.resolve("after.js")) + "</script></body>");
    Files.writeString(directory.resolve("page.html"), checked);
    StringBuilder frames = new StringBuilder("<script>onmessage = event => { const seen = document.createElement('pre');"
        + " seen.textContent = JSON.stringify(event.data); document.body.append(seen); };</script>");
    for (int width : WIDTHS) {
      for (String theme : THEMES) {
        frames.append("<iframe width=%d height=800 src=\"page.html#%s\"></iframe>".formatted(width, theme));
      }
    }
    Path around = Files.writeString(directory.resolve("around.html"), "<!doctype html><body>" + frames + "</body>");
    Path dom = directory.resolve("dom.html");
    Process process = new ProcessBuilder(
        browser.toString(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--user-data-dir=" + directory.resolve("profile"), "--virtual-time-budget=20000", "--timeout=60000",
        "--window-size=1300,1000", "--dump-dom", around.toUri().toString())
        .redirectOutput(dom.toFile())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("Should end").isTrue();
    List<JsonNode> views = new ArrayList<>();
    Matcher found = Pattern.compile("<pre>(.*?)</pre>", Pattern.DOTALL).matcher(Files.readString(dom));
    while (found.find()) {
      views.add(new ObjectMapper().readTree(found.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")));
    }
    return views;
  }

  private static Path browser() {
    String given = System.getenv("CHROME_BIN");
    Stream<Path> places = Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(place -> Stream.of("chromium", "chromium-browser", "google-chrome").map(name -> Path.of(place, name)));
    return Stream.concat(Stream.ofNullable(given).map(Path::of), places)
        .filter(Objects::nonNull)
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }
}
