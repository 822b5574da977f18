package io.talon.model;

import static io.talon.TalonException.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A JSON configuration of a model, or an object inside one; an explicit null counts as absent, and errors name file and field. */
final class ConfigFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path path;
  private final String prefix; // of nested fields, with its dot
  private final JsonNode node;

  private ConfigFile(Path path, String prefix, JsonNode node) {
    this.path = path;
    this.prefix = prefix;
    this.node = node;
  }

  /** Reads a file; MODEL_FILE when it cannot be read, MODEL_CONFIG when it is not a JSON object. */
  static ConfigFile read(Path path) {
    JsonNode node;
    try {
      node = JSON.readTree(Files.readAllBytes(path));
    } catch (JsonProcessingException e) {
      throw new TalonException(ErrorCode.MODEL_CONFIG, path + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, "Cannot read the model's configuration " + path, e);
    }
    check(node.isObject(), ErrorCode.MODEL_CONFIG, "%s must be a JSON object, found %s", path, node.getNodeType());
    return new ConfigFile(path, "", node);
  }

  boolean has(String field) {
    return node.hasNonNull(field);
  }

  /** The object in a field, or null when the field is absent. */
  ConfigFile object(String field) {
    if (!has(field)) {
      return null;
    }
    JsonNode value = node.get(field);
    check(value.isObject(), ErrorCode.MODEL_CONFIG, "%s: %s%s must be an object, found %s", path, prefix, field, value);
    return new ConfigFile(path, prefix + field + ".", value);
  }

  String text(String field) {
    JsonNode value = present(field);
    check(value.isTextual(), ErrorCode.MODEL_CONFIG, "%s: %s%s must be a string, found %s", path, prefix, field, value);
    return value.textValue();
  }

  String textOr(String field, String absent) {
    return has(field) ? text(field) : absent;
  }

  /** A whole number from 1 on. */
  int count(String field) {
    JsonNode value = present(field);
    check(
        value.canConvertToExactIntegral() && value.canConvertToInt() && value.intValue() >= 1,
        ErrorCode.MODEL_CONFIG,
        "%s: %s%s must be a whole number from 1 on, found %s",
        path,
        prefix,
        field,
        value);
    return value.intValue();
  }

  int countOr(String field, int absent) {
    return has(field) ? count(field) : absent;
  }

  /** A number above zero. */
  double positive(String field) {
    JsonNode value = present(field);
    check(
        value.isNumber() && value.doubleValue() > 0 && Double.isFinite(value.doubleValue()),
        ErrorCode.MODEL_CONFIG,
        "%s: %s%s must be a number above 0, found %s",
        path,
        prefix,
        field,
        value);
    return value.doubleValue();
  }

  double positiveOr(String field, double absent) {
    return has(field) ? positive(field) : absent;
  }

  /** A flag that is false when absent. */
  boolean flag(String field) {
    if (!has(field)) {
      return false;
    }
    JsonNode value = node.get(field);
    check(value.isBoolean(), ErrorCode.MODEL_CONFIG, "%s: %s%s must be true or false, found %s", path, prefix, field, value);
    return value.booleanValue();
  }

  /** A number or a list of numbers, all of them from 0 on. */
  int[] ids(String field) {
    JsonNode value = present(field);
    int size = value.isArray() ? value.size() : 1;
    int[] ids = new int[size];
    for (int i = 0; i < size; i++) {
      JsonNode item = value.isArray() ? value.get(i) : value;
      check(
          item.isInt() && item.intValue() >= 0,
          ErrorCode.MODEL_CONFIG,
          "%s: %s%s must hold whole numbers from 0 on, found %s",
          path,
          prefix,
          field,
          value);
      ids[i] = item.intValue();
    }
    return ids;
  }

  /** Whether a list of strings holds a text; false when the list is absent. */
  boolean lists(String field, String text) {
    if (has(field)) {
      for (JsonNode item : node.get(field)) {
        if (text.equals(item.asText())) {
          return true;
        }
      }
    }
    return false;
  }

  Path path() {
    return path;
  }

  private JsonNode present(String field) {
    check(has(field), ErrorCode.MODEL_CONFIG, "%s: field %s%s is missing", path, prefix, field);
    return node.get(field);
  }
}
