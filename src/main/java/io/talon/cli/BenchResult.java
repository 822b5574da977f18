package io.talon.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.talon.draft.policy.TalonPolicy;
import io.talon.draft.policy.TreePolicy;
import io.talon.stats.ForwardTimes;
import java.util.List;

/**
 * What one combination came to.
 *
 * @param tokensPerSecond generated tokens over the time of a whole run, prefill included; median over the repeats
 * @param repeats the same of every repeat
 * @param decoding tokens per second of all sequences of a batch while they decode, prefill left out; median over the repeats
 * @param speedup ratio to plain decoding at the same batch size
 * @param tau mean accepted tokens, L / N_p
 * @param delta draft efficiency, N_q / N_p
 * @param cost c = T_q / T_p: mean draft forward over mean target forward of plain decoding; null without drafts
 * @param times of the forwards over all repeats
 * @param notes what the drafter says of itself, JSON; empty for nothing
 * @param hostShare share of the rounds that is spent outside of native calls
 * @param bandwidthShare weight bytes that the target forwards read, against what the machine's memory can deliver
 * @param equalToPlain whether every text is that of plain decoding
 */
record BenchResult(
    TreePolicy policy,
    int batch,
    String dtype,
    double tokensPerSecond,
    List<Double> repeats,
    double decoding,
    double speedup,
    double tau,
    double delta,
    Double cost,
    ForwardTimes times,
    String notes,
    double hostShare,
    double bandwidthShare,
    boolean equalToPlain) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Rows of the largest tree; 1 for plain decoding. */
  int budget() {
    return policy.maxTreeRows();
  }

  /** One line of JSON. */
  String toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("policy", policy.label());
    node.put("budget", budget());
    if (policy instanceof TalonPolicy talon) {
      node.put("width", talon.width());
      node.put("mu", talon.mu());
    }
    node.put("batch", batch);
    node.put("dtype", dtype);
    node.put("tokens_per_s", tokensPerSecond);
    ArrayNode all = node.putArray("tokens_per_s_repeats");
    repeats.forEach(all::add);
    node.put("decoding_tokens_per_s", decoding);
    node.put("speedup", speedup);
    node.put("tau", tau);
    node.put("delta", delta);
    node.put("c", cost);
    ObjectNode byRows = node.putObject("verify_ms_by_rows");
    times.verifyByRows().forEach((rows, time) -> byRows.put(rows.toString(), time.medianMillis()));
    node.put("draft_ms", times.draft().medianMillis());
    if (!notes.isEmpty()) {
      node.putRawValue("drafting", new RawValue(notes));
    }
    node.put("host_share", hostShare);
    node.put("bandwidth_share", bandwidthShare);
    node.put("equal_to_ar", equalToPlain);
    return node.toString();
  }

  /** The results as a table. */
  static String table(List<BenchResult> results) {
    return new TextTable<BenchResult>()
        .text("policy", result -> result.policy().label())
        .count("budget", BenchResult::budget)
        .count("batch", BenchResult::batch)
        .decimal("tokens/s", 1, BenchResult::tokensPerSecond)
        .decimal("decoding", 1, BenchResult::decoding)
        .decimal("speedup", 2, BenchResult::speedup)
        .decimal("tau", 2, BenchResult::tau)
        .decimal("delta", 2, BenchResult::delta)
        .decimal("c", 3, BenchResult::cost)
        .decimal("verify ms", 2, result -> result.times().verifyNanos() / 1e6 / result.times().verifyCount())
        .decimal("draft ms", 2, result -> result.times().draft().medianMillis())
        .decimal("host", 3, BenchResult::hostShare)
        .decimal("bandwidth", 3, BenchResult::bandwidthShare)
        .text("equal to ar", result -> result.equalToPlain() ? "yes" : "NO")
        .print(results);
  }
}
