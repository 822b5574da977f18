package io.talon.request;

import static io.talon.TalonException.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.talon.ErrorCode;
import io.talon.text.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/** Finds the conversation in an input row; BAD_PROMPT, with what was expected, where a row holds none. */
final class ConversationReader {
  private final PromptKind kind;
  private final String column;

  ConversationReader(PromptKind kind, String column) {
    this.kind = kind;
    this.column = column;
  }

  Conversation read(JsonNode row) {
    JsonNode value = row.path(column);
    check(!value.isMissingNode() && !value.isNull(), ErrorCode.BAD_PROMPT, "column %s must not be null", column);
    return switch (kind) {
      case PROMPT -> new Conversation(List.of(ChatMessage.user(text(value, column))), List.of());
      case MESSAGES, REQUEST -> new Conversation(messages(list(value)), List.of());
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
      messages.add(new ChatMessage(text(message.path("role"), "role"), content(message)));
    }
    return messages;
  }

  /** A list, or a string that holds one: a single odd row makes Spark read the whole column as strings. */
  private JsonNode list(JsonNode value) {
    JsonNode list = value.isTextual() ? RowReader.parse(value.textValue()) : value;
    check(list.isArray(), ErrorCode.BAD_PROMPT, "column %s must hold a list: %s", column, value.getNodeType());
    check(!list.isEmpty(), ErrorCode.BAD_PROMPT, "column %s must not be empty: %s", column, list);
    return list;
  }

  private static String text(JsonNode value, String what) {
    check(value.isTextual(), ErrorCode.BAD_PROMPT, "%s must be a string: %s", what, value.getNodeType());
    check(!value.textValue().isBlank(), ErrorCode.BAD_PROMPT, "%s must not be blank: \"%s\"", what, value.textValue());
    return value.textValue();
  }

  /** Text, or a list of parts that are texts. */
  private static String content(JsonNode message) {
    check(!isFilled(message.path("tool_calls")), ErrorCode.BAD_PROMPT, "tool_calls of messages are not supported");
    JsonNode content = message.path("content");
    if (!content.isArray()) {
      return text(content, "content");
    }
    StringBuilder joined = new StringBuilder();
    for (JsonNode part : content) {
      String type = part.path("type").asText("none");
      check(type.equals("text"), ErrorCode.BAD_PROMPT, "content must have parts of type text only: %s", type);
      joined.append(text(part.path("text"), "text"));
    }
    check(joined.length() > 0, ErrorCode.BAD_PROMPT, "content must not be empty: %s", content);
    return joined.toString();
  }

  private static boolean isFilled(JsonNode list) {
    return list.isArray() && !list.isEmpty();
  }
}
