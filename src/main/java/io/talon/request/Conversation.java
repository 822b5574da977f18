package io.talon.request;

import io.talon.text.ChatMessage;
import java.util.List;
import java.util.Map;

/**
 * What one input row asks for.
 *
 * @param opening messages before the first answer; the last is what it answers
 * @param followUps user messages that come after each answer in turn
 * @param variables what the chat template is given besides the messages, by name
 */
public record Conversation(List<ChatMessage> opening, List<String> followUps, Map<String, Object> variables) {
  Conversation(List<ChatMessage> opening, List<String> followUps) {
    this(opening, followUps, Map.of());
  }

  int turns() {
    return 1 + followUps.size();
  }
}
