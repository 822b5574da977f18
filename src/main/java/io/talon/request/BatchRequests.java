package io.talon.request;

import static io.talon.TalonException.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.ErrorCode;
import io.talon.conf.TextOptions;
import io.talon.text.ChatMessage;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Lines of an OpenAI batch: {@code {"custom_id", "method", "url", "body"}}, the body a chat completion's.
 *
 * <p>A field that would change the text and is not supported makes the row a bad one; what changes nothing is passed over.
 */
public final class BatchRequests {
  /** Names that tell such an input from others. */
  static final String ID = "custom_id";

  public static final String BODY = "body";
  /** Variables of the chat template, as vLLM's server takes them. */
  static final String KWARGS = "chat_template_kwargs";

  private static final String MESSAGES = "messages";
  private static final String TOOLS = "tools";
  private static final String TOOL_CHOICE = "tool_choice";
  private static final String METHOD = "POST";
  private static final String URL = "/v1/chat/completions";
  private static final ConversationReader CONVERSATIONS = new ConversationReader(PromptKind.MESSAGES, MESSAGES);

  /** Fields that are not supported, each with the values that ask for nothing. */
  private static final Map<String, Predicate<JsonNode>> UNSUPPORTED = Map.ofEntries(
      Map.entry(TOOL_CHOICE, value -> value.asText().equals("none") || value.asText().equals("auto")),
      Map.entry("functions", BatchRequests::isEmpty),
      Map.entry("function_call", value -> value.asText().equals("none") || value.asText().equals("auto")),
      Map.entry("response_format", value -> value.path("type").asText().equals("text")),
      Map.entry("logprobs", BatchRequests::isOff),
      Map.entry("top_logprobs", BatchRequests::isOff),
      Map.entry("stream", BatchRequests::isOff),
      Map.entry("logit_bias", BatchRequests::isEmpty),
      Map.entry("frequency_penalty", BatchRequests::isOff),
      Map.entry("presence_penalty", BatchRequests::isOff),
      Map.entry("repetition_penalty", value -> value.isNumber() && value.doubleValue() == 1),
      Map.entry("modalities", value -> value.size() == 1 && value.get(0).asText().equals("text")),
      Map.entry("audio", BatchRequests::isEmpty),
      Map.entry("web_search_options", BatchRequests::isEmpty),
      Map.entry("guided_json", BatchRequests::isEmpty),
      Map.entry("guided_regex", BatchRequests::isEmpty),
      Map.entry("guided_choice", BatchRequests::isEmpty),
      Map.entry("guided_grammar", BatchRequests::isEmpty));

  private BatchRequests() {}

  /** Reads a line; BAD_PROMPT where it asks for what there is not. */
  static RowRequest read(JsonNode line, TextOptions defaults, Framing framing) {
    String method = line.path("method").asText(METHOD);
    check(method.equalsIgnoreCase(METHOD), ErrorCode.BAD_PROMPT, "method must be %s: %s", METHOD, method);
    String url = line.path("url").asText(URL);
    check(url.endsWith(URL), ErrorCode.BAD_PROMPT, "url must be %s: %s", URL, url);
    JsonNode body = line.path(BODY).isTextual() ? RowReader.parse(line.path(BODY).textValue()) : line.path(BODY);
    check(body.isObject(), ErrorCode.BAD_PROMPT, "body must be an object: %s", body.getNodeType());
    UNSUPPORTED.keySet().stream().sorted().filter(body::hasNonNull).forEach(field -> check(
        UNSUPPORTED.get(field).test(body.get(field)), ErrorCode.BAD_PROMPT, "%s is not supported: %s", field, body.get(field)));
    checkTools(body.path(TOOLS));
    List<ChatMessage> messages =
        CONVERSATIONS.read(body).opening().stream().map(BatchRequests::withKnownRole).toList();
    return new RowRequest(
        framing.around(new Conversation(messages, List.of()), withWantedTools(body)), TextOverrides.BODY.apply(body, defaults));
  }

  private static void checkTools(JsonNode tools) {
    check(
        tools.isMissingNode() || tools.isNull() || tools.isArray(),
        ErrorCode.BAD_PROMPT,
        "tools must be a list: %s",
        tools.getNodeType());
    for (JsonNode tool : tools) {
      check(
          tool.path("type").asText().equals("function") && !tool.at("/function/name").asText().isBlank(),
          ErrorCode.BAD_PROMPT,
          "tools must hold objects {type: function, function: {name, description, parameters}}: %s",
          tool);
    }
  }

  /** The body, without its tools where it asks that none be called: the model is not to see them then. */
  private static JsonNode withWantedTools(JsonNode body) {
    if (!body.path(TOOL_CHOICE).asText().equals("none")) {
      return body;
    }
    ObjectNode without = body.deepCopy();
    without.remove(TOOLS);
    return without;
  }

  /** Those of the bodies' fields that nothing is done with. */
  public static List<String> ignoredFields(List<String> bodyFields) {
    return bodyFields.stream()
        .filter(field -> !field.equals(MESSAGES) && !field.equals("model") && !field.equals(KWARGS) && !field.equals(TOOLS))
        .filter(field -> !UNSUPPORTED.containsKey(field) && !TextOverrides.BODY.names().contains(field))
        .toList();
  }

  /** The newer name of system messages is one that templates do not know. */
  private static ChatMessage withKnownRole(ChatMessage message) {
    return message.role().equals("developer") ? ChatMessage.system(message.content()) : message;
  }

  private static boolean isEmpty(JsonNode value) {
    return value.isContainerNode() ? value.isEmpty() : value.asText().isEmpty();
  }

  private static boolean isOff(JsonNode value) {
    return value.isNumber() ? value.doubleValue() == 0 : value.isBoolean() && !value.booleanValue();
  }
}
