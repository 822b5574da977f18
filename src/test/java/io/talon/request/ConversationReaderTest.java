package io.talon.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.text.ChatMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversationReaderTest {
  @Test
  void promptIsOneUserMessage() {
    Conversation conversation = read(PromptKind.PROMPT, "q", "{\"q\": \"hi\\n\", \"x\": 1}");
    assertThat(conversation.opening()).containsExactly(ChatMessage.user("hi\n"));
    assertThat(conversation.turns()).isEqualTo(1);
  }

  @Test
  void turnsFollowEachOther() {
    Conversation conversation = read(PromptKind.TURNS, "turns", "{\"turns\": [\"a\", \"b\", \"c\"]}");
    assertThat(conversation.opening()).containsExactly(ChatMessage.user("a"));
    assertThat(conversation.followUps()).containsExactly("b", "c");
  }

  @Test
  void messagesKeepTheirRoles() {
    Conversation conversation = read(PromptKind.MESSAGES, "m",
        "{\"m\": [{\"role\": \"system\", \"content\": \"s\"}, {\"content\": \"u\", \"role\": \"user\"}]}");
    assertThat(conversation.opening()).containsExactly(new ChatMessage("system", "s"), ChatMessage.user("u"));
  }

  @Test
  void listsMayComeAsText() {
    Conversation conversation = read(PromptKind.TURNS, "turns", "{\"turns\": \"[\\\"a\\\"]\"}");
    assertThat(conversation.opening()).containsExactly(ChatMessage.user("a"));
  }

  @Test
  void contentsMayComeInParts() {
    Conversation conversation = read(
        PromptKind.MESSAGES,
        "m",
        "{\"m\": [{\"role\": \"user\", \"content\": ["
            + "{\"type\": \"text\", \"text\": \"a\"}, {\"type\": \"text\", \"text\": \"b\"}]}]}");
    assertThat(conversation.opening()).containsExactly(ChatMessage.user("ab"));
  }

  @Test
  void callsOfToolsAndTheirResultsAreKept() {
    Conversation conversation = read(
        PromptKind.MESSAGES,
        "m",
        "{\"m\": [{\"role\": \"assistant\", \"content\": null, \"tool_calls\": [{\"id\": \"1\", \"type\": \"function\","
            + " \"function\": {\"name\": \"f\", \"arguments\": \"{\\\"x\\\": 2}\"}}]},"
            + " {\"role\": \"tool\", \"tool_call_id\": \"1\", \"name\": \"f\", \"content\": \"4\"}]}");
    Map<String, Object> call =
        Map.of("id", "1", "type", "function", "function", Map.of("name", "f", "arguments", Map.of("x", 2)));
    assertThat(conversation.opening()).containsExactly(
        new ChatMessage("assistant", null, Map.of("tool_calls", List.of(call))),
        new ChatMessage("tool", "4", Map.of("tool_call_id", "1", "name", "f")));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
    "PROMPT   | {}                           | column c must not be null",
    "PROMPT   | {\"c\": null}                | column c must not be null",
    "PROMPT   | {\"c\": 42}                  | c must be a string: NUMBER",
    "PROMPT   | {\"c\": \"  \"}              | c must not be blank: \"  \"",
    "TURNS    | {\"c\": []}                  | column c must not be empty: []",
    "TURNS    | {\"c\": {\"a\": 1}}          | column c must hold a list: OBJECT",
    "TURNS    | {\"c\": [\"a\", 7]}          | an element of column c must be a string: NUMBER",
    "MESSAGES | {\"c\": [\"a\"]}             | column c must hold objects {role, content}: STRING",
    "MESSAGES | {\"c\": [{\"role\": \"u\"}]} | content must be a string: MISSING",
    "MESSAGES | {\"c\": [{\"role\": \"u\", \"content\": [{\"type\": \"x\"}]}]} | content must have parts of type text only: x",
    "MESSAGES | {\"c\": [{\"role\": \"u\", \"content\": []}]} | content must not be empty: []",
    "MESSAGES | {\"c\": [{\"role\": \"u\", \"tool_calls\": [1]}]} | tool_calls must hold objects {function: {name, arguments}}: 1",
  })
  void badRowsSayWhatWasExpected(PromptKind source, String row, String message) {
    assertThatThrownBy(() -> read(source, "c", row))
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_PROMPT))
        .hasMessageStartingWith(message);
  }

  private static Conversation read(PromptKind source, String column, String row) {
    return new ConversationReader(source, column).read(RowReader.parse(row));
  }
}
