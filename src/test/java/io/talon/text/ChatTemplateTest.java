package io.talon.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.model.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
  private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir
  Path directory;

  @ParameterizedTest
  @ValueSource(strings = {
    "Qwen-Qwen3-0.6B", "google-gemma-2-2b-it", "meta-llama-Llama-3.2-3B-Instruct", "microsoft-Phi-3.5-mini-instruct",
    "mistralai-Mistral-Nemo-Instruct-2407", "smollm2"
  })
  void rendersLikeTransformers(String name) throws IOException {
    Path shared = SharedFiles.require("data/chat-templates");
    Files.copy(shared.resolve(name + ".jinja"), directory.resolve("chat_template.jinja"));
    config("{\"bos_token\": \"<s>\", \"eos_token\": {\"content\": \"</s>\"}}");
    ChatTemplate template = ChatTemplate.read(directory, CLOCK);
    JsonNode cases = JSON.readTree(shared.resolve("golden.json").toFile()).get(name + ".jinja");
    assertThat(cases).hasSizeGreaterThanOrEqualTo(12);
    for (JsonNode test : cases) {
      if (test.has("error")) {
        assertThatThrownBy(() -> render(template, test))
            .as(test.toString())
            .hasFieldOrPropertyWithValue("code", ErrorCode.CHAT_TEMPLATE)
            .hasMessageContaining(test.get("error").asText());
      } else {
        assertThat(render(template, test)).as(test.toString()).isEqualTo(test.get("rendered").asText());
      }
    }
  }

  private static String render(ChatTemplate template, JsonNode test) {
    List<ChatMessage> messages = new ArrayList<>();
    test.get("messages").forEach(m -> messages.add(new ChatMessage(m.get("role").asText(), m.get("content").asText())));
    Map<String, Object> variables = new HashMap<>();
    test.path("variables").fields().forEachRemaining(field -> variables.put(field.getKey(), field.getValue().booleanValue()));
    return test.get("add_generation_prompt").asBoolean()
        ? template.prompt(messages, variables)
        : template.transcript(messages, variables);
  }

  @Test
  void theFileGoesBeforeTheConfiguration() throws IOException {
    config("{\"chat_template\": \"config\"}");
    assertThat(ChatTemplate.read(directory).prompt(List.of())).isEqualTo("config");
    Files.writeString(directory.resolve("chat_template.jinja"), "file");
    assertThat(ChatTemplate.read(directory).prompt(List.of())).isEqualTo("file");
  }

  @Test
  void ofNamedTemplatesTheDefault() throws IOException {
    config("{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"T\"}, {\"name\": \"default\", \"template\": \"D\"}]}");
    assertThat(ChatTemplate.read(directory).prompt(List.of())).isEqualTo("D");
    config("{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"T\"}]}");
    assertThatThrownBy(() -> ChatTemplate.read(directory))
        .hasFieldOrPropertyWithValue("code", ErrorCode.CHAT_TEMPLATE)
        .hasMessageContaining("a list with a template named default");
  }

  @Test
  void whatTemplatesAreGiven() throws IOException {
    config("{\"bos_token\": null, \"eos_token\": \"E\", \"pad_token\": {\"content\": \"P\"}, \"chat_template\": "
        + "\"{{ bos_token }}{{ eos_token }}{{ pad_token }} {{ tools is none }} {{ add_generation_prompt }} {{ messages }}\"}");
    List<ChatMessage> messages = List.of(ChatMessage.user("Hi"), ChatMessage.assistant("Yo"));
    assertThat(ChatTemplate.read(directory).transcript(messages, Map.of("bos_token", "B")))
        .isEqualTo("BEP True False [{'role': 'user', 'content': 'Hi'}, {'role': 'assistant', 'content': 'Yo'}]");
  }

  @Test
  void aModelWithoutTemplateTakesNoMessages() {
    ChatTemplate template = ChatTemplate.read(directory);
    assertThat(template.exists()).isFalse();
    assertThatThrownBy(() -> template.prompt(List.of(ChatMessage.user("Hi"))))
        .hasFieldOrPropertyWithValue("code", ErrorCode.CHAT_TEMPLATE)
        .hasMessageContaining("has no chat template")
        .hasMessageContaining("takes plain prompts and no messages");
  }

  @Test
  void aMessageHasRoleAndContent() {
    assertThatThrownBy(() -> ChatMessage.user(null))
        .hasFieldOrPropertyWithValue("code", ErrorCode.BAD_PROMPT)
        .hasMessage("A message must have a content, the one of the user is null");
    assertThatThrownBy(() -> new ChatMessage("", "a")).hasMessage("A message must have a role, found ");
  }

  @Test
  void errorsNameFileAndLineAtLoadTime() throws IOException {
    Files.writeString(directory.resolve("chat_template.jinja"), "a\n{% include 'x' %}");
    assertThatThrownBy(() -> ChatTemplate.read(directory))
        .hasFieldOrPropertyWithValue("code", ErrorCode.CHAT_TEMPLATE)
        .hasMessage("%s, line 2: tag 'include' is not supported here", directory.resolve("chat_template.jinja"));
    config("{");
    assertThatThrownBy(() -> ChatTemplate.read(directory)).hasFieldOrPropertyWithValue("code", ErrorCode.TOKENIZER);
  }

  private void config(String json) throws IOException {
    Files.writeString(directory.resolve("tokenizer_config.json"), json);
  }
}
