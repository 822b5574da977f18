package io.talon.request;

import static io.talon.TalonException.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.PromptOptions;
import io.talon.conf.TextOptions;
import io.talon.text.ChatMessage;
import io.talon.text.PromptTemplate;
import java.util.List;
import java.util.Map;

/** Reads input rows; BAD_PROMPT, with what was expected, where a row holds no request. */
public final class RowReader {
  private static final ObjectReader JSON = new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final ObjectMapper VALUES = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private final PromptKind kind;
  private final ConversationReader conversations;
  private final Framing framing;
  private final PromptTemplate template; // null where a column holds the prompt
  private final List<String> overrides;
  private final TextOptions defaults;

  /**
   * @param prompts what is made of a row before the model reads it
   * @param defaults what holds where a row says nothing else
   */
  public RowReader(Columns columns, PromptOptions prompts, TextOptions defaults) {
    kind = columns.kind();
    conversations = new ConversationReader(kind, columns.prompt());
    framing = kind == PromptKind.REQUEST ? Framing.ofBodies(prompts) : Framing.ofColumns(prompts);
    template = prompts.hasTemplate() ? PromptTemplate.parse(prompts.template()) : null;
    overrides = columns.overrides();
    this.defaults = defaults;
  }

  public RowRequest read(String json) {
    JsonNode row = parse(json);
    check(row.isObject(), ErrorCode.BAD_PROMPT, "the line must be a JSON object: %s", row.getNodeType());
    return kind == PromptKind.REQUEST
        ? BatchRequests.read(row, defaults, framing)
        : new RowRequest(framing.around(conversation(row), row), TextOverrides.COLUMNS.apply(row, overrides, defaults));
  }

  private Conversation conversation(JsonNode row) {
    return template == null
        ? conversations.read(row)
        : new Conversation(List.of(ChatMessage.user(template.prompt(VALUES.convertValue(row, OBJECT)))), List.of());
  }

  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new TalonException(ErrorCode.BAD_PROMPT, "not valid JSON: " + e.getOriginalMessage(), e);
    }
  }
}
