package io.talon.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/** Compares tokenizers by what drafting needs: that an id stands for the same token in both. */
public final class Vocabularies {
  private static final String FILE = "tokenizer.json";

  private Vocabularies() {}

  /**
   * Passes if both directories' tokenizers have the same tokens under the same ids.
   *
   * @throws TalonException MODEL_PAIR with the first id that differs; TOKENIZER when a tokenizer is missing or malformed
   */
  public static void checkEqual(Path one, Path other) {
    Map<Integer, String> tokens = tokens(one);
    Map<Integer, String> others = tokens(other);
    if (tokens.equals(others)) {
      return;
    }
    int differing = 0;
    while (tokens.containsKey(differing) && tokens.get(differing).equals(others.get(differing))) {
      differing++;
    }
    throw new TalonException(
        ErrorCode.MODEL_PAIR,
        String.format(
            "the tokenizers differ, so ids do not mean the same: id %s is %s in %s, and %s in %s",
            differing,
            shown(tokens.get(differing)),
            one,
            shown(others.get(differing)),
            other));
  }

  /** Tokens by id, added ones included. */
  private static Map<Integer, String> tokens(Path directory) {
    JsonNode tokenizer = JsonFile.read(directory.resolve(FILE));
    Map<Integer, String> tokens = new TreeMap<>();
    JsonNode entries = tokenizer.path("model").path("vocab");
    if (entries.isArray()) { // pairs of piece and score
      for (int id = 0; id < entries.size(); id++) {
        tokens.put(id, entries.get(id).path(0).asText());
      }
    }
    for (Iterator<Map.Entry<String, JsonNode>> fields = entries.fields(); fields.hasNext();) {
      Map.Entry<String, JsonNode> field = fields.next();
      tokens.put(field.getValue().asInt(), field.getKey());
    }
    for (JsonNode added : tokenizer.path("added_tokens")) {
      tokens.put(added.path("id").asInt(), added.path("content").asText());
    }
    return tokens;
  }

  private static String shown(String token) {
    return token == null ? "no token" : "'" + token + "'";
  }
}
