package io.talon.text;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One message of a conversation.
 *
 * @param role {@code system}, {@code user}, {@code assistant}, or what else the model's template knows
 * @param content null only where the message is calls of tools
 * @param more further fields as the template sees them: {@code tool_calls}, {@code tool_call_id}, {@code name}
 */
public record ChatMessage(String role, String content, Map<String, Object> more) {
  public static final String TOOL_CALLS = "tool_calls";
  public static final String SYSTEM = "system";

  public ChatMessage {
    check(role != null && !role.isEmpty(), ErrorCode.BAD_PROMPT, "A message must have a role, found %s", role);
    check(content != null || more.containsKey(TOOL_CALLS), ErrorCode.BAD_PROMPT,
        "A message must have a content, the one of the %s is null", role);
    more = Collections.unmodifiableMap(new LinkedHashMap<>(more));
  }

  public ChatMessage(String role, String content) {
    this(role, content, Map.of());
  }

  public static ChatMessage system(String content) {
    return new ChatMessage(SYSTEM, content);
  }

  /** The message as a template sees it. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("role", role);
    fields.put("content", content);
    fields.putAll(more);
    return fields;
  }

  public static ChatMessage user(String content) {
    return new ChatMessage("user", content);
  }

  public static ChatMessage assistant(String content) {
    return new ChatMessage("assistant", content);
  }
}
