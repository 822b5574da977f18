package io.talon.job.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class SchemasTest {
  @Test
  void generationsHaveTheirColumnsAndThoseOfTheInput() {
    StructType input =
        new StructType().add("topic", DataTypes.StringType).add("Seed", DataTypes.LongType).add("wave", DataTypes.StringType);
    assertThat(Schemas.generations(input).fieldNames())
        .containsExactly(
            "prompt_id", "sample_idx", "turn_idx", "topic", "input_Seed", "input_wave", "prompt_text", "generated_text",
            "reasoning_text",
            "generated_token_ids", "finish_reason", "prompt_tokens", "completion_tokens", "seed", "temperature", "top_p", "top_k",
            "min_p", "max_new_tokens", "stop", "policy", "num_rounds", "num_draft_forwards", "num_draft_tokens",
            "num_accepted_draft_tokens",
            "mean_accepted_tokens", "draft_efficiency", "draft_acceptance_rate", "min_margin", "acceptance_histogram",
            "prefill_ms", "draft_ms", "verify_ms", "host_ms", "decode_ms", "tokens_per_s", "baseline_tokens_per_s", "speedup",
            "executor_id", "device",
            "task_attempt");
  }

  @Test
  void roundsHaveTheirKeysAndFigures() {
    assertThat(Schemas.ROUNDS.fieldNames())
        .containsExactly(
            "prompt_id", "sample_idx", "turn_idx", "round_idx", "position", "live_slots", "tree_rows", "tree_depth", "widths",
            "accepted", "accepted_ranks", "accepted_rows", "path_logprob", "node_parents", "node_logprobs", "min_margin",
            "draft_forwards", "draft_ms", "verify_ms");
    assertThat(Schemas.ROUNDS.fields())
        .filteredOn(field -> field.nullable())
        .extracting(field -> field.name())
        .as("Should be null only where no token had a runner-up")
        .containsExactly("min_margin");
  }

  @Test
  void runsSayWhatComputedThem() {
    assertThat(Schemas.RUNS.fieldNames())
        .containsExactly(
            "run_id", "started", "ended", "state", "options", "fingerprint", "dtype", "exact", "device", "models", "versions",
            "hardware", "cost_table", "totals");
    assertThat(Schemas.RUNS.fields()).noneMatch(field -> field.nullable());
  }

  @Test
  void ratiosAndMeasurementsThatMayLackAreNullable() {
    StructType generations = Schemas.generations(new StructType());
    assertThat(generations.fields())
        .filteredOn(field -> field.nullable())
        .extracting(field -> field.name())
        .containsExactly(
            "reasoning_text", "mean_accepted_tokens", "draft_efficiency", "draft_acceptance_rate", "min_margin", "tokens_per_s",
            "baseline_tokens_per_s", "speedup");
  }
}
