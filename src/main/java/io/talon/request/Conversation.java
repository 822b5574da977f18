package io.talon.request;

import io.talon.text.ChatMessage;
import java.util.List;

/**
 * What one input row asks for.
 *
 * @param opening messages before the first answer; the last is what it answers
 * @param followUps user messages that come after each answer in turn
 */
public record Conversation(List<ChatMessage> opening, List<String> followUps) {
  int turns() {
    return 1 + followUps.size();
  }
}
