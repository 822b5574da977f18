package io.talon.serve;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.talon.engine.EngineSpec;
import io.talon.stats.ForwardTimes;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What one engine is and what its forwards cost, for the table runs.
 *
 * @param engine executor and device
 * @param forwards target forwards behind the figures
 * @param hardware JSON: machine, device, numeric type, threads, sequences at a time, fewer than asked for after a lack of
 *     memory, and how often the engine failed and was opened again
 * @param costs JSON: median milliseconds of the draft forwards, and of the target forwards by rows; what a drafter says of itself
 */
public record EngineReport(String engine, long forwards, String hardware, String costs) implements Serializable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What open engines have to say, the first under this name, the others under it and their numbers. */
  public static List<EngineReport> of(String name, EngineGroup engines) {
    List<EngineReport> reports = new ArrayList<>();
    for (EngineService engine : engines.engines()) {
      reports.add(of(reports.isEmpty() ? name : name + " " + (reports.size() + 1), engine));
    }
    return reports;
  }

  private static EngineReport of(String engine, EngineService service) {
    EngineSpec spec = service.spec();
    ForwardTimes times = service.meter().times();
    ObjectNode hardware = Machine.describe();
    hardware.put("device", spec.device());
    hardware.put("dtype", spec.dtype());
    hardware.put("draft_dtype", spec.draftDtype());
    hardware.put("threads", spec.threads());
    hardware.put("slots", spec.slots());
    hardware.put("max_context", spec.maxContext());
    hardware.put("cache_bytes", spec.cacheBytes());
    hardware.put("restarts", service.restarts());
    hardware.put("weight_bytes", spec.weightBytes());
    ObjectNode costs = JSON.createObjectNode();
    costs.put("draft_ms", times.draft().medianMillis());
    ObjectNode byRows = costs.putObject("verify_ms_by_rows");
    times.verifyByRows().forEach((rows, time) -> byRows.put(rows.toString(), time.medianMillis()));
    String notes = service.meter().notes();
    if (!notes.isEmpty()) {
      costs.putRawValue("drafting", new RawValue(notes));
    }
    return new EngineReport(engine, times.verifyCount(), hardware.toString(), costs.toString());
  }
}
