package io.talon.job;

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
}
