package io.talon.text;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;

/**
 * One message of a conversation.
 *
 * @param role {@code system}, {@code user}, {@code assistant}, or what else the model's template knows
 */
public record ChatMessage(String role, String content) {
  public ChatMessage {
    check(role != null && !role.isEmpty(), ErrorCode.BAD_PROMPT, "A message must have a role, found %s", role);
    check(content != null, ErrorCode.BAD_PROMPT, "A message must have a content, the one of the %s is null", role);
  }

  public static ChatMessage user(String content) {
    return new ChatMessage("user", content);
  }

  public static ChatMessage assistant(String content) {
    return new ChatMessage("assistant", content);
  }
}
