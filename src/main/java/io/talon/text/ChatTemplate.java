package io.talon.text;

import static io.talon.TalonException.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.text.jinja.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The chat template that a model brings, rendered as Hugging Face transformers' {@code apply_chat_template} does; safe for
 * sharing between threads.
 *
 * <p>Source: {@code chat_template.jinja}, else {@code chat_template} of {@code tokenizer_config.json} (of several named ones,
 * {@code default}). The text that comes out holds all special tokens that the model wants: encode it without adding any.
 */
public final class ChatTemplate {
  private static final String FILE = "chat_template.jinja";
  private static final String CONFIG = "tokenizer_config.json";
  private static final List<String> SPECIAL_TOKENS =
      List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

  private final Path directory;
  private final Template template; // null when the model has none
  private final Map<String, Object> specialTokens;
  private final Clock clock;

  private ChatTemplate(Path directory, Template template, Map<String, Object> specialTokens, Clock clock) {
    this.directory = directory;
    this.template = template;
    this.specialTokens = specialTokens;
    this.clock = clock;
  }

  /** Reads and parses a model's template, with the system's clock. */
  public static ChatTemplate read(Path directory) {
    return read(directory, Clock.systemDefaultZone());
  }

  /**
   * Reads and parses a model's template.
   *
   * @param clock what templates read when they write the date
   * @throws TalonException CHAT_TEMPLATE with the line when it uses something that is not supported; TOKENIZER when
   *     tokenizer_config.json is malformed
   */
  public static ChatTemplate read(Path directory, Clock clock) {
    JsonNode config = JsonFile.readIfPresent(directory.resolve(CONFIG));
    Template template = null;
    Path file = directory.resolve(FILE);
    if (Files.exists(file)) {
      template = Template.parse(file.toString(), text(file));
    } else if (config.hasNonNull("chat_template")) {
      Path configFile = directory.resolve(CONFIG);
      template = Template.parse(configFile + " (chat_template)", configured(configFile, config.get("chat_template")));
    }
    return new ChatTemplate(directory, template, specialTokens(config), clock);
  }

  /** Whether the model has a template; without one, prompts are raw text and conversations are refused. */
  public boolean exists() {
    return template != null;
  }

  /** The text after which the model writes the assistant's next message. */
  public String prompt(List<ChatMessage> messages) {
    return prompt(messages, Map.of());
  }

  /**
   * The text after which the model writes the assistant's next message.
   *
   * @param variables more variables for the template, for example {@code enable_thinking}
   * @throws TalonException CHAT_TEMPLATE when the model has no template or the template refuses the conversation
   */
  public String prompt(List<ChatMessage> messages, Map<String, ?> variables) {
    return render(messages, variables, true);
  }

  /** The conversation as it is, with nothing to be written behind it; otherwise like {@link #prompt(List, Map)}. */
  public String transcript(List<ChatMessage> messages, Map<String, ?> variables) {
    return render(messages, variables, false);
  }

  private String render(List<ChatMessage> messages, Map<String, ?> variables, boolean addGenerationPrompt) {
    check(
        exists(),
        ErrorCode.CHAT_TEMPLATE,
        "The model in %s has no chat template (neither %s nor chat_template in %s), so it takes plain prompts and no messages",
        directory,
        FILE,
        CONFIG);
    List<Map<String, Object>> conversation = new ArrayList<>(messages.size());
    for (ChatMessage message : messages) {
      check(
          !message.more().containsKey(ChatMessage.TOOL_CALLS) || template.mentions(ChatMessage.TOOL_CALLS),
          ErrorCode.CHAT_TEMPLATE,
          "the template of the model in %s has no place for tool_calls, so it takes no messages with them",
          directory);
      conversation.add(message.fields());
    }
    Map<String, Object> all = new HashMap<>(specialTokens);
    all.put("messages", conversation);
    all.put("tools", null);
    all.put("documents", null);
    all.put("add_generation_prompt", addGenerationPrompt);
    all.putAll(variables);
    return template.render(all, clock);
  }

  /**
   * Fails where the template does not read a variable, as to give it one would change nothing.
   *
   * @throws TalonException CHAT_TEMPLATE with the variables that it does read
   */
  public void checkRead(String variable) {
    check(
        exists() && template.names().contains(variable),
        ErrorCode.CHAT_TEMPLATE,
        "the template of the model in %s does not read %s; it reads %s",
        directory,
        variable,
        exists() ? template.names() : "nothing, as there is none");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new TalonException(ErrorCode.CHAT_TEMPLATE, "Cannot read the chat template " + file + " as UTF-8 text", e);
    }
  }

  private static String configured(Path file, JsonNode node) {
    if (node.isTextual()) {
      return node.textValue();
    }
    for (JsonNode named : node) {
      if (named.path("name").asText().equals("default") && named.path("template").isTextual()) {
        return named.get("template").textValue();
      }
    }
    throw new TalonException(
        ErrorCode.CHAT_TEMPLATE, file + ": chat_template must be a text or a list with a template named default");
  }

  private static Map<String, Object> specialTokens(JsonNode config) {
    Map<String, Object> tokens = new HashMap<>();
    for (String name : SPECIAL_TOKENS) {
      JsonNode token = config.path(name);
      String text = token.isObject() ? token.path("content").textValue() : token.textValue();
      if (text != null) {
        tokens.put(name, text);
      }
    }
    return tokens;
  }
}
