package io.talon.job.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;

/** Says what made a dataset, as a card of the Hugging Face hub. */
final class DatasetCard {
  private static final ObjectMapper JSON = new ObjectMapper();
  /** Options that say where things lie on this site, and nothing about the texts. */
  private static final Set<String> LOCAL = Set.of("input", "output", "output-format", "target", "draft", "model-cache", "master");

  private DatasetCard() {}

  /**
   * The card, {@code README.md} of the dataset.
   *
   * @param run the run's row of the table runs
   */
  static String of(Row run) {
    JsonNode models = json(run, "models");
    JsonNode totals = json(run, "totals");
    JsonNode options = json(run, "options");
    StringBuilder card = new StringBuilder();
    card.append("---\nconfigs:\n- config_name: default\n  data_files: data/*.parquet\ntags:\n- synthetic\n- talon\n---\n\n");
    card.append("# Generations of ").append(run.<String>getAs("run_id")).append("\n\n");
    card.append("Written by TALON on Spark ").append(json(run, "versions").path("talon").asText());
    card.append(", a text per prompt, sample and turn.\n\n| | |\n|---|---|\n");
    for (String role : List.of("target", "draft")) {
      if (models.has(role)) {
        row(card, role,
            models.at("/" + role + "/reference").asText() + ", SHA-256 " + models.at("/" + role + "/sha256").asText());
      }
    }
    row(card, "prompts", totals.path("prompts").asText());
    row(card, "generations", totals.path("generations").asText());
    row(card, "tokens", totals.path("completion_tokens").asText());
    row(card, "rows left out, as they could not be decoded", totals.path("quarantined").asText());
    row(card, "seed", options.path("seed").asText());
    row(card, "computed in", run.getAs("dtype"));
    row(card, "exact", exactness(run.<Boolean>getAs("exact"), totals));
    row(card, "fingerprint", run.getAs("fingerprint"));
    card.append("\n## Options\n\n```\n");
    options.fields().forEachRemaining(option -> {
      if (!LOCAL.contains(option.getKey())) {
        String value = option.getValue().isArray() ? option.getValue().toString() : option.getValue().asText();
        card.append("--").append(option.getKey()).append(' ').append(value).append('\n');
      }
    });
    return card.append("```\n").toString();
  }

  private static String exactness(boolean exact, JsonNode totals) {
    String rule = exact
        ? "on: each text is what the target alone writes, whatever drafted and whatever ran beside it"
        : "off: texts may depend on drafts and batches";
    int compared = totals.path("baseline_generations").asInt();
    return compared == 0
        ? rule
        : rule + "; of " + compared + " that were also decoded plainly " + totals.path("baseline_mismatches").asInt() + " differ";
  }

  private static void row(StringBuilder card, String name, String value) {
    card.append("| ").append(name).append(" | ").append(value.replace("|", "\\|").replace("\n", " ")).append(" |\n");
  }

  private static JsonNode json(Row run, String column) {
    try {
      return JSON.readTree(run.<String>getAs(column));
    } catch (JsonProcessingException e) {
      throw new TalonException(ErrorCode.BAD_OUTPUT, "column " + column + " of the table runs is damaged", e);
    }
  }
}
