package io.talon.job;

import static io.talon.TalonException.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.text.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/** Finds the conversation in an input row; BAD_PROMPT, with what was expected, where a row holds none. */
final class ConversationReader {
  private static final ObjectReader JSON = new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Source source;
  private final String column;

  ConversationReader(Source source, String column) {
    this.source = source;
    this.column = column;
  }

  Conversation read(String json) {
    JsonNode row = parse(json);
    check(row.isObject(), ErrorCode.BAD_PROMPT, "the line must be a JSON object: %s", row.getNodeType());
    JsonNode value = row.path(column);
    check(!value.isMissingNode() && !value.isNull(), ErrorCode.BAD_PROMPT, "column %s must not be null", column);
    return switch (source) {
      case PROMPT -> new Conversation(List.of(ChatMessage.user(text(value, column))), List.of());
      case MESSAGES -> new Conversation(messages(list(value)), List.of());
      case TURNS -> turns(list(value));
    };
  }

  private Conversation turns(JsonNode list) {
    List<String> turns = new ArrayList<>();
    for (JsonNode turn : list) {
      turns.add(text(turn, "an element of column " + column));
    }
    return new Conversation(List.of(ChatMessage.user(turns.get(0))), turns.subList(1, turns.size()));
  }

  private List<ChatMessage> messages(JsonNode list) {
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode message : list) {
      check(
          message.isObject(),
          ErrorCode.BAD_PROMPT,
          "column %s must hold objects {role, content}: %s",
          column,
          message.getNodeType());
      messages.add(new ChatMessage(text(message.path("role"), "role"), text(message.path("content"), "content")));
    }
    return messages;
  }

  /** A list, or a string that holds one: a single odd row makes Spark read the whole column as strings. */
  private JsonNode list(JsonNode value) {
    JsonNode list = value.isTextual() ? parse(value.textValue()) : value;
    check(list.isArray(), ErrorCode.BAD_PROMPT, "column %s must hold a list: %s", column, value.getNodeType());
    check(!list.isEmpty(), ErrorCode.BAD_PROMPT, "column %s must not be empty: %s", column, list);
    return list;
  }

  private static String text(JsonNode value, String what) {
    check(value.isTextual(), ErrorCode.BAD_PROMPT, "%s must be a string: %s", what, value.getNodeType());
    check(!value.textValue().isBlank(), ErrorCode.BAD_PROMPT, "%s must not be blank: \"%s\"", what, value.textValue());
    return value.textValue();
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new TalonException(ErrorCode.BAD_PROMPT, "not valid JSON: " + e.getOriginalMessage(), e);
    }
  }
}
