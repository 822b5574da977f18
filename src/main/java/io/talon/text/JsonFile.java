package io.talon.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the JSON files of a tokenizer. */
final class JsonFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonFile() {}

  /** The object in a file; TOKENIZER when the file is missing or is not a JSON object. */
  static JsonNode read(Path path) {
    JsonNode node;
    try {
      node = JSON.readTree(Files.readAllBytes(path));
    } catch (JsonProcessingException e) {
      throw new TalonException(ErrorCode.TOKENIZER, path + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new TalonException(ErrorCode.TOKENIZER, "Cannot read " + path + ": the file is missing or not readable", e);
    }
    TalonException.check(node.isObject(), ErrorCode.TOKENIZER, "%s must be a JSON object, found %s", path, node.getNodeType());
    return node;
  }

  /** Like {@link #read}, an empty object when the file is missing. */
  static JsonNode readIfPresent(Path path) {
    return Files.exists(path) ? read(path) : JSON.createObjectNode();
  }
}
