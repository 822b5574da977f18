package io.talon.job.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What a run writes beside the tables of its waves: the sums of each wave, the table runs, the lines of a batch's output. */
public final class RunFiles {
  /** Sums of a wave, within its directory. */
  public static final String TOTALS = "_totals.json";
  /** Directory of a batch's output. */
  public static final String RESPONSES = "openai";

  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private RunFiles() {}

  /** Sums by category as text. */
  public static String toJson(SortedMap<String, Totals> totals) {
    try {
      return JSON.writeValueAsString(totals);
    } catch (JsonProcessingException e) {
      throw new AssertionError("sums can be written", e);
    }
  }

  /** The sums that a text holds, added to others. */
  public static SortedMap<String, Totals> plus(SortedMap<String, Totals> others, String text) {
    try {
      SortedMap<String, Totals> sum = new TreeMap<>(others);
      JSON.readValue(text, new TypeReference<TreeMap<String, Totals>>() {})
          .forEach((category, totals) -> sum.merge(category, totals, Totals::plus));
      return sum;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new TalonException(ErrorCode.BAD_OUTPUT, "the sums of a wave are damaged: " + text, e);
    }
  }

  /** Writes the one row of the table runs. */
  public static void writeRun(SparkSession spark, Row run, String place) {
    spark.createDataset(List.of(run), Schemas.encoder(Schemas.RUNS)).coalesce(1).write().parquet(place);
  }

  /** Writes the lines of a batch's output as text. */
  public static void writeLines(Dataset<String> lines, String place) {
    lines.write().text(place);
  }
}
