package io.talon.conf;

import static io.talon.TalonException.check;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is made of a row before the model reads it.
 *
 * @param template the text of a template over the row's columns, empty for a column that holds the prompt
 * @param system first message of conversations that have none of that kind, empty for none
 * @param variables what the model's chat template is given besides the messages, by name
 */
public record PromptOptions(String template, String system, Map<String, Object> variables) implements Serializable {
  /** Variables that the job sets itself. */
  public static final List<String> RESERVED = List.of("messages", "tools", "documents", "add_generation_prompt");
  public static final PromptOptions NONE = new PromptOptions("", "", Map.of());

  public PromptOptions {
    check(system.isEmpty() || !system.isBlank(), ErrorCode.BAD_OPTION, "system must not be blank: \"%s\"", system);
    for (String name : RESERVED) {
      check(!variables.containsKey(name), ErrorCode.BAD_OPTION, "template-kwargs must not set %s", name);
    }
    variables = Collections.unmodifiableMap(new TreeMap<>(variables));
  }

  /** Whether prompts are written by a template rather than read from a column. */
  public boolean hasTemplate() {
    return !template.isEmpty();
  }

  static PromptOptions of(Settings settings) {
    return new PromptOptions(
        settings.text(Key.PROMPT_TEMPLATE).map(PromptOptions::template).orElse(""),
        settings.text(Key.SYSTEM).orElse(""),
        settings.text(Key.TEMPLATE_KWARGS).map(PromptOptions::variables).orElse(Map.of()));
  }

  /** A text with a tag or an output in it is the template, any other names its file. */
  private static String template(String given) {
    if (given.contains("{{") || given.contains("{%")) {
      return given;
    }
    try {
      return Files.readString(Path.of(given));
    } catch (IOException | InvalidPathException e) {
      throw new TalonException(
          ErrorCode.BAD_OPTION,
          "prompt-template must be a text with {{ column }} in it, or a readable file of one: " + given,
          e);
    }
  }

  private static Map<String, Object> variables(String json) {
    try {
      return ConfigFactory.parseString(json, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON)).root().unwrapped();
    } catch (ConfigException e) {
      throw new TalonException(
          ErrorCode.BAD_OPTION, "template-kwargs must be a JSON object such as {\"enable_thinking\": false}: " + json, e);
    }
  }
}
