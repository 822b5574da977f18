package io.talon.job.output;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.talon.Version;
import io.talon.conf.ModelOptions;
import io.talon.serve.EngineReport;
import io.talon.source.Fingerprint;
import io.talon.source.ModelReference;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * What the table runs keeps of a run.
 *
 * @param options effective options as JSON
 * @param fingerprint see {@link Fingerprint}
 */
public record RunRecord(String runId, Instant started, String options, String fingerprint) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter ID = DateTimeFormatter.ofPattern("'run-'yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

  public static RunRecord begin(Instant started, String options, String fingerprint) {
    String id = ID.format(started) + "-" + String.format("%04x", ThreadLocalRandom.current().nextInt(1 << 16));
    return new RunRecord(id, started, options, fingerprint);
  }

  /** What makes the run's lines of a batch's output. */
  public BatchResponses responses(ModelOptions models) {
    String model = ModelReference.of(models.target()).name();
    return new BatchResponses(runId, model, started.getEpochSecond(), fingerprint);
  }

  /** The row of a run that came to its end. */
  public Row ended(Instant ended, Totals totals, Collection<EngineReport> engines, String sparkVersion) {
    ObjectNode versions = JSON.createObjectNode();
    versions.put("talon", Version.text());
    versions.put("spark", sparkVersion);
    versions.put("java", Runtime.version().toString());
    ObjectNode hardware = JSON.createObjectNode();
    ObjectNode costs = JSON.createObjectNode();
    for (EngineReport engine : engines) {
      hardware.putRawValue(engine.engine(), new RawValue(engine.hardware()));
      costs.putRawValue(engine.engine(), new RawValue(engine.costs()));
    }
    return RowFactory.create(
        runId,
        Timestamp.from(started),
        Timestamp.from(ended),
        totals.quarantined() == 0 ? "done" : "done_with_quarantine",
        options,
        fingerprint,
        versions.toString(),
        hardware.toString(),
        costs.toString(),
        json(totals));
  }

  private static String json(Totals totals) {
    ObjectNode node = JSON.createObjectNode();
    node.put("prompts", totals.prompts());
    node.put("generations", totals.generations());
    node.put("quarantined", totals.quarantined());
    node.put("completion_tokens", totals.tokens());
    node.put("num_rounds", totals.rounds());
    node.put("num_draft_forwards", totals.draftForwards());
    node.put("num_draft_tokens", totals.draftTokens());
    node.put("num_accepted_draft_tokens", totals.acceptedDraftTokens());
    node.put("decode_ms", totals.decodeMs());
    node.put("mean_accepted_tokens", totals.meanAcceptedTokens());
    node.put("draft_efficiency", totals.draftEfficiency());
    node.put("draft_acceptance_rate", totals.acceptanceRate());
    node.put("tokens_per_s", totals.tokensPerSecond());
    node.put("speedup", totals.speedup());
    node.put("baseline_generations", totals.compared());
    node.put("baseline_mismatches", totals.unequal());
    return node.toString();
  }
}
