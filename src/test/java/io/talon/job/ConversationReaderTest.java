package io.talon.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.text.ChatMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversationReaderTest {
  @Test
  void promptIsOneUserMessage() {
    Conversation conversation = new ConversationReader(Source.PROMPT, "q").read("{\"q\": \"hi\\n\", \"x\": 1}");
    assertThat(conversation.opening()).containsExactly(ChatMessage.user("hi\n"));
    assertThat(conversation.turns()).isEqualTo(1);
  }

  @Test
  void turnsFollowEachOther() {
    Conversation conversation = new ConversationReader(Source.TURNS, "turns").read("{\"turns\": [\"a\", \"b\", \"c\"]}");
    assertThat(conversation.opening()).containsExactly(ChatMessage.user("a"));
    assertThat(conversation.followUps()).containsExactly("b", "c");
  }

  @Test
  void messagesKeepTheirRoles() {
    Conversation conversation = new ConversationReader(Source.MESSAGES, "m")
        .read("{\"m\": [{\"role\": \"system\", \"content\": \"s\"}, {\"content\": \"u\", \"role\": \"user\"}]}");
    assertThat(conversation.opening()).containsExactly(new ChatMessage("system", "s"), ChatMessage.user("u"));
  }

  @Test
  void listsMayComeAsText() {
    Conversation conversation = new ConversationReader(Source.TURNS, "turns").read("{\"turns\": \"[\\\"a\\\"]\"}");
    assertThat(conversation.opening()).containsExactly(ChatMessage.user("a"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
    "PROMPT   | {}                           | column c must not be null",
    "PROMPT   | {\"c\": null}                | column c must not be null",
    "PROMPT   | {\"c\": 42}                  | c must be a string: NUMBER",
    "PROMPT   | {\"c\": \"  \"}              | c must not be blank: \"  \"",
    "PROMPT   | [1]                          | the line must be a JSON object: ARRAY",
    "PROMPT   | {\"c\": \"x\"} tail          | not valid JSON: Unrecognized token 'tail'",
    "TURNS    | {\"c\": []}                  | column c must not be empty: []",
    "TURNS    | {\"c\": {\"a\": 1}}          | column c must hold a list: OBJECT",
    "TURNS    | {\"c\": [\"a\", 7]}          | an element of column c must be a string: NUMBER",
    "MESSAGES | {\"c\": [\"a\"]}             | column c must hold objects {role, content}: STRING",
    "MESSAGES | {\"c\": [{\"role\": \"u\"}]} | content must be a string: MISSING",
  })
  void badRowsSayWhatWasExpected(Source source, String row, String message) {
    assertThatThrownBy(() -> new ConversationReader(source, "c").read(row))
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_PROMPT))
        .hasMessageStartingWith(message);
  }
}
