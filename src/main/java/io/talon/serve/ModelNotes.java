package io.talon.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.model.TargetSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a user would not expect of a model, and is no error. */
final class ModelNotes {
  private static final String GENERATION_CONFIG = "generation_config.json";
  private static final String PENALTY = "repetition_penalty";

  private ModelNotes() {}

  /** A line for each, for the console. */
  static List<String> of(Path directory, TargetSpec target) {
    List<String> notes = new ArrayList<>();
    if (target.endTokens().length == 0) {
      notes.add("note: the target names no end-of-sequence id, neither in " + GENERATION_CONFIG
          + " nor in config.json: only --stop and --max-new-tokens end its texts");
    }
    JsonNode penalty = generationConfig(directory.resolve(GENERATION_CONFIG)).path(PENALTY);
    if (penalty.isNumber() && penalty.doubleValue() != 1) {
      notes.add("note: " + PENALTY + " " + penalty + " of " + GENERATION_CONFIG + " is ignored: there is no such penalty here");
    }
    return notes;
  }

  private static JsonNode generationConfig(Path file) {
    ObjectMapper json = new ObjectMapper();
    try {
      return Files.exists(file) ? json.readTree(Files.readAllBytes(file)) : json.createObjectNode();
    } catch (IOException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, "cannot read " + file + ": " + TalonException.firstLine(e), e);
    }
  }
}
