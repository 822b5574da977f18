package io.talon.request;

import static io.talon.TalonException.check;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.conf.PromptOptions;
import io.talon.text.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is put around the messages of a row: a system message, tools, and variables of the chat template; from the options, or
 * from columns of the row, which go before them.
 *
 * @param kwargs name of the field with the variables
 */
record Framing(PromptOptions options, String system, String tools, String kwargs) {
  /** Columns that are looked for in every row. */
  static final List<String> COLUMNS = List.of("system", "tools", "template_kwargs");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<TreeMap<String, Object>> OBJECT = new TypeReference<>() {};

  /** The framing of rows with columns. */
  static Framing ofColumns(PromptOptions options) {
    return new Framing(options, COLUMNS.get(0), COLUMNS.get(1), COLUMNS.get(2));
  }

  /** The framing of chat completions' bodies, whose system message stands among the messages. */
  static Framing ofBodies(PromptOptions options) {
    return new Framing(options, "", COLUMNS.get(1), BatchRequests.KWARGS);
  }

  /** The conversation with its frame; BAD_PROMPT where a column holds what cannot be. */
  Conversation around(Conversation bare, JsonNode row) {
    return new Conversation(withSystem(bare.opening(), row), bare.followUps(), variables(row));
  }

  private List<ChatMessage> withSystem(List<ChatMessage> opening, JsonNode row) {
    boolean given = row.hasNonNull(system);
    boolean present = opening.stream().anyMatch(message -> message.role().equals(ChatMessage.SYSTEM));
    check(
        !given || !present,
        ErrorCode.BAD_PROMPT,
        "column %s must be null where the messages have a system message: %s",
        system,
        row.path(system));
    String text = given ? own(row.get(system)) : options.system();
    if (present || text.isBlank()) {
      return opening;
    }
    List<ChatMessage> framed = new ArrayList<>(opening.size() + 1);
    framed.add(ChatMessage.system(text));
    framed.addAll(opening);
    return framed;
  }

  /** The row's own, blank where it wants none. */
  private String own(JsonNode value) {
    check(value.isTextual(), ErrorCode.BAD_PROMPT, "column %s must be a string: %s", system, value.getNodeType());
    return value.textValue();
  }

  private Map<String, Object> variables(JsonNode row) {
    Map<String, Object> variables = new TreeMap<>(options.variables());
    if (row.hasNonNull(kwargs)) {
      JsonNode own = parsed(row.get(kwargs));
      check(own.isObject(), ErrorCode.BAD_PROMPT, "%s must be an object: %s", kwargs, own.getNodeType());
      for (String name : PromptOptions.RESERVED) {
        check(!own.has(name), ErrorCode.BAD_PROMPT, "%s must not set %s", kwargs, name);
      }
      variables.putAll(JSON.convertValue(own, OBJECT));
    }
    if (row.hasNonNull(tools)) {
      JsonNode list = parsed(row.get(tools));
      check(list.isArray(), ErrorCode.BAD_PROMPT, "column %s must hold a list: %s", tools, list.getNodeType());
      if (!list.isEmpty()) {
        variables.put("tools", JSON.convertValue(list, Object.class));
      }
    }
    return variables;
  }

  /** Structures that columns cannot hold come as text. */
  private static JsonNode parsed(JsonNode value) {
    return value.isTextual() ? RowReader.parse(value.textValue()) : value;
  }
}
