package io.talon.job.output;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.talon.Version;
import io.talon.conf.DraftOrigins;
import io.talon.conf.GenerateOptions;
import io.talon.run.RunModels;
import io.talon.serve.EngineReport;
import io.talon.serve.ModelCheck;
import io.talon.serve.RunType;
import io.talon.serve.TemplateDay;
import io.talon.source.Fingerprint;
import io.talon.source.ModelReference;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
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
 * @param options effective options
 * @param type what it computed in
 * @param models what computed
 * @param fingerprint one name for all that the texts of a run depend on beside its prompts, so that two runs can be told apart
 */
public record RunRecord(
    String runId, Instant started, GenerateOptions options, RunType type, RunModels models, String fingerprint) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter ID = DateTimeFormatter.ofPattern("'run-'yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

  /** A name for a run that begins at a time. */
  public static String newId(Instant started) {
    return ID.format(started) + "-" + String.format("%04x", ThreadLocalRandom.current().nextInt(1 << 16));
  }

  /** The record of a run, begun now or earlier. */
  public static RunRecord of(String runId, ModelCheck check, GenerateOptions options, RunType type, RunModels models) {
    return new RunRecord(runId, check.now(), options, type, models, fingerprint(check, options, type, models));
  }

  /** Drafts and batches shape texts only where rows are not exact. */
  private static String fingerprint(ModelCheck check, GenerateOptions options, RunType type, RunModels models) {
    boolean exact = options.models().exact();
    DraftOrigins drafts = options.models().drafts();
    return Fingerprint.of(
        Version.text(),
        models.target().sha256(),
        models.draftHash(),
        type.dtype(),
        String.valueOf(exact),
        String.valueOf(options.models().maxContext()),
        TemplateDay.of(Path.of(check.models().target()), check.now()),
        options.text().toString(),
        options.input().prompts().toString(),
        exact ? "" : options.draft() + " " + drafts.ngrams() + " " + drafts.runs() + " " + options.batch());
  }

  /** What makes the run's lines of a batch's output. */
  public BatchResponses responses() {
    String model = ModelReference.of(options.models().target()).name();
    return new BatchResponses(runId, model, started.getEpochSecond(), fingerprint);
  }

  /** The row of a run that came to its end. */
  public Row ended(Instant ended, Totals totals, Duration decoding, Collection<EngineReport> engines, String sparkVersion) {
    ObjectNode versions = JSON.createObjectNode();
    versions.put("talon", Version.text());
    versions.put("spark", sparkVersion);
    versions.put("java", Runtime.version().toString());
    versions.put("djl", type.djl());
    versions.put("libtorch", type.libtorch());
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
        options.json(),
        fingerprint,
        type.dtype(),
        options.models().exact(),
        options.models().device(),
        models.toJson(),
        versions.toString(),
        hardware.toString(),
        costs.toString(),
        json(totals, totals.cost(decoding, options.hourPrice())));
  }

  private String json(Totals totals, Totals.Cost cost) {
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
    if (options.hourPrice() > 0) {
      node.put("hour_price", options.hourPrice());
      node.put("cost_per_million_tokens", cost.measured());
      node.put("plain_cost_per_million_tokens", cost.plain());
    }
    return node.toString();
  }
}
