package io.talon.request;

import static io.talon.TalonException.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.ErrorCode;
import io.talon.text.ChatMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the conversation in an input row; BAD_PROMPT, with what was expected, where a row holds none. */
final class ConversationReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ARGUMENTS = "arguments";
  private static final List<String> NAMES = List.of("tool_call_id", "name");

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
      case TEMPLATE -> throw new IllegalStateException("a template writes the prompt");
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
      Map<String, Object> more = more(message);
      String content = more.containsKey(ChatMessage.TOOL_CALLS) && !message.hasNonNull("content") ? null : content(message);
      messages.add(new ChatMessage(text(message.path("role"), "role"), content, more));
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

  static String text(JsonNode value, String what) {
    check(value.isTextual(), ErrorCode.BAD_PROMPT, "%s must be a string: %s", what, value.getNodeType());
    check(!value.textValue().isBlank(), ErrorCode.BAD_PROMPT, "%s must not be blank: \"%s\"", what, value.textValue());
    return value.textValue();
  }

  /** Text, or a list of parts that are texts. */
  private static String content(JsonNode message) {
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

  /** The fields of talk with tools, in the types of templates. */
  private static Map<String, Object> more(JsonNode message) {
    Map<String, Object> more = new LinkedHashMap<>();
    JsonNode calls = message.path(ChatMessage.TOOL_CALLS);
    if (!calls.isMissingNode() && !calls.isNull() && !calls.isEmpty()) {
      List<Object> read = new ArrayList<>();
      for (JsonNode call : calls) {
        read.add(call(call));
      }
      more.put(ChatMessage.TOOL_CALLS, read);
    }
    for (String name : NAMES) {
      if (message.hasNonNull(name)) {
        more.put(name, text(message.get(name), name));
      }
    }
    return more;
  }

  /** A call as templates expect it: its arguments an object, where the servers' interface has them as JSON text. */
  private static Object call(JsonNode call) {
    JsonNode function = call.path("function").isObject() ? call.path("function") : call;
    check(
        function.path("name").isTextual(),
        ErrorCode.BAD_PROMPT,
        "tool_calls must hold objects {function: {name, arguments}}: %s",
        call);
    if (function.path(ARGUMENTS).isTextual()) {
      ((ObjectNode) function).set(ARGUMENTS, RowReader.parse(function.path(ARGUMENTS).textValue()));
    }
    return JSON.convertValue(call, Object.class);
  }
}
