package io.talon.request;

import static io.talon.TalonException.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.TextOptions;

/** Reads input rows; BAD_PROMPT, with what was expected, where a row holds no request. */
public final class RowReader {
  private static final ObjectReader JSON = new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final PromptKind kind;
  private final ConversationReader conversations;
  private final TextOptions defaults;

  /**
   * @param defaults what holds where a row says nothing else
   */
  public RowReader(Columns columns, TextOptions defaults) {
    kind = columns.kind();
    conversations = new ConversationReader(kind, columns.prompt());
    this.defaults = defaults;
  }

  public RowRequest read(String json) {
    JsonNode row = parse(json);
    check(row.isObject(), ErrorCode.BAD_PROMPT, "the line must be a JSON object: %s", row.getNodeType());
    return kind == PromptKind.REQUEST
        ? BatchRequests.read(row, defaults)
        : new RowRequest(conversations.read(row), TextOverrides.COLUMNS.apply(row, defaults));
  }

  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new TalonException(ErrorCode.BAD_PROMPT, "not valid JSON: " + e.getOriginalMessage(), e);
    }
  }
}
