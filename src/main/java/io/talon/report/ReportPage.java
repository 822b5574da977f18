package io.talon.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The page: a template, the charting library (D3 and Observable Plot, ISC licence) and the figures.
 *
 * <p>What a page needs: {@code runs}, {@code by_category}, {@code funnel}, {@code waste}, {@code over_time}, {@code generations},
 * {@code calibration}, {@code trees}, {@code errors} and {@code advice}, lists of objects; {@code drawn} with the trees of a sure
 * and an unsure round, and {@code generation}, either of which may be null; {@code advice_about}; and {@code comparison} with
 * {@code comparison_about} for two runs.
 */
public final class ReportPage {
  private ReportPage() {}

  /** The page of these figures. */
  public static String of(ObjectNode figures) {
    // Nothing that stands in the data may end the element that it stands in.
    String data = figures.toString().replace("<", "\\u003c");
    StringBuilder page = new StringBuilder(file("report.html"));
    fill(page, "@D3@", file("d3.min.js"));
    fill(page, "@PLOT@", file("plot.umd.min.js"));
    fill(page, "@DATA@", data);
    return page.toString();
  }

  private static void fill(StringBuilder page, String place, String text) {
    int start = page.indexOf(place);
    page.replace(start, start + place.length(), text);
  }

  private static String file(String name) {
    try (InputStream file = ReportPage.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
