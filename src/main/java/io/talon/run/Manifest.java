package io.talon.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What {@code _run.json} says: whose run it is, what shapes its texts, and how far it is. Every driver that works on the run
 * keeps it up to date, and other programs may read it at any time.
 */
public final class Manifest {
  /** How far a run is. */
  public enum State {
    READING,
    DECODING,
    RETRYING,
    FAILED,
    DONE,
    DONE_WITH_QUARANTINE;

    /** Whether nothing is left to do. */
    public boolean finished() {
      return this == DONE || this == DONE_WITH_QUARANTINE;
    }

    /** As the file has it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Name of the file in the directory of a run. */
  public static final String FILE = "_run.json";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LAYOUT = 1;

  private final ObjectNode json; // guarded by this

  private Manifest(ObjectNode json) {
    this.json = json;
  }

  /** A run that begins. */
  public static Manifest begin(String runId, Instant started) {
    ObjectNode json = JSON.createObjectNode();
    json.put("layout", LAYOUT).put("run_id", runId).put("state", State.READING.label()).put("started", started.toString());
    return new Manifest(json);
  }

  /**
   * What a manifest says.
   *
   * @param text of the file
   * @param directory of the run, for messages
   * @throws TalonException BAD_OUTPUT where it is no manifest of this layout
   */
  public static Manifest of(String text, String directory) {
    try {
      JsonNode json = JSON.readTree(text);
      if (json instanceof ObjectNode object && json.path("layout").asInt() == LAYOUT) {
        return new Manifest(object);
      }
      throw new TalonException(
          ErrorCode.BAD_OUTPUT,
          "the run in " + directory + " was written by another version: layout " + json.path("layout")
              + "; name another directory");
    } catch (JsonProcessingException e) {
      throw new TalonException(
          ErrorCode.BAD_OUTPUT, directory + "/" + FILE + " is damaged: " + e.getOriginalMessage(), e);
    }
  }

  public synchronized String runId() {
    return json.path("run_id").asText();
  }

  /** What the run's chat templates take for now. */
  public synchronized Instant started() {
    return Instant.parse(json.path("started").asText());
  }

  public synchronized State state() {
    return State.valueOf(json.path("state").asText().toUpperCase(Locale.ROOT));
  }

  public synchronized Manifest state(State state) {
    json.put("state", state.label());
    return this;
  }

  /** A text that was put, empty where it was not. */
  public synchronized String text(String name) {
    return json.path(name).asText("");
  }

  public synchronized Manifest put(String name, String text) {
    json.put(name, text);
    return this;
  }

  public synchronized Manifest put(String name, long number) {
    json.put(name, number);
    return this;
  }

  public synchronized Manifest remove(String name) {
    json.remove(name);
    return this;
  }

  /** A group of names and values; empty where it was not put. */
  public synchronized SortedMap<String, String> group(String name) {
    SortedMap<String, String> values = new TreeMap<>();
    json.path(name).fields().forEachRemaining(field -> values.put(field.getKey(), field.getValue().asText()));
    return values;
  }

  public synchronized Manifest putGroup(String name, Map<String, String> values) {
    ObjectNode node = json.putObject(name);
    values.forEach(node::put);
    return this;
  }

  /** Waves whose tables were complete when this was written. */
  public synchronized TreeSet<Integer> committed() {
    TreeSet<Integer> waves = new TreeSet<>();
    json.path("waves_committed").forEach(wave -> waves.add(wave.asInt()));
    return waves;
  }

  public synchronized Manifest committed(Iterable<Integer> waves) {
    waves.forEach(json.putArray("waves_committed")::add);
    return this;
  }

  /** The file's text. */
  @Override
  public synchronized String toString() {
    return json.toPrettyString() + "\n";
  }
}
