package io.talon.job;

import io.talon.decode.Generation;
import io.talon.text.ChatMessage;
import io.talon.text.ChatTemplate;
import io.talon.text.StopStrings;
import io.talon.text.TextTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** Texts and tokens of one model; safe to share between tasks. */
final class ModelText {
  private static final Map<String, ModelText> OPEN = new ConcurrentHashMap<>();

  private final TextTokenizer tokenizer;
  private final Optional<ChatTemplate> template;

  private ModelText(TextTokenizer tokenizer, Optional<ChatTemplate> template) {
    this.tokenizer = tokenizer;
    this.template = template;
  }

  /** The text side of a model directory, read once per JVM. */
  static ModelText shared(String directory) {
    return OPEN.computeIfAbsent(directory, path -> new ModelText(TextTokenizer.open(Path.of(path)), ChatTemplate.read(Path.of(path))));
  }

  boolean hasTemplate() {
    return template.isPresent();
  }

  /** What the model reads: the conversation through its template, or the bare message where it has none. */
  String prompt(List<ChatMessage> messages) {
    return template.map(found -> found.render(messages)).orElseGet(() -> messages.get(messages.size() - 1).content());
  }

  int[] encode(String prompt) {
    return tokenizer.encode(prompt);
  }

  /** The text of a generation, without its end-of-sequence token and without the stop string that ended it. */
  String decode(Generation generation, List<String> stop) {
    return tokenizer.decode(generation.tokens());
  }

  Supplier<IntPredicate> stop(List<String> stop) {
    return null;
  }
}
