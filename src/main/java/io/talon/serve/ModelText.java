package io.talon.serve;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.PromptOptions;
import io.talon.text.ChatMessage;
import io.talon.text.ChatTemplate;
import io.talon.text.StopStrings;
import io.talon.text.TextTokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** Texts and tokens of one model; safe to share between tasks. */
public final class ModelText {
  private static final Map<String, TextTokenizer> TOKENIZERS = new HashMap<>(); // by directory, guarded by itself

  private final TextTokenizer tokenizer;
  private final ChatTemplate template;

  private ModelText(TextTokenizer tokenizer, ChatTemplate template) {
    this.tokenizer = tokenizer;
    this.template = template;
  }

  /**
   * The text side of a model directory, whose tokenizer is opened once per JVM.
   *
   * @param now what templates that write the date take for today, the same on every executor and in every retry
   */
  public static ModelText shared(String directory, Instant now) {
    TextTokenizer tokenizer;
    synchronized (TOKENIZERS) {
      tokenizer = TOKENIZERS.computeIfAbsent(directory, place -> TextTokenizer.open(Path.of(place)));
    }
    return new ModelText(tokenizer, ChatTemplate.read(Path.of(directory), Clock.fixed(now, ZoneOffset.UTC)));
  }

  /** Frees all tokenizers, when nobody works with a text any more; they open again when asked for. */
  public static void closeAll() {
    synchronized (TOKENIZERS) {
      TOKENIZERS.values().forEach(TextTokenizer::close);
      TOKENIZERS.clear();
    }
  }

  /** Fails with CHAT_TEMPLATE where options ask for what the model's template cannot write. */
  void checkServes(PromptOptions prompts) {
    prompts.variables().keySet().forEach(template::checkRead);
    check(
        hasTemplate() || prompts.system().isEmpty(),
        ErrorCode.CHAT_TEMPLATE,
        "system needs a chat template, and the model has none: %s",
        prompts.system());
  }

  boolean hasTemplate() {
    return template.exists();
  }

  /** One more than the largest token id that a text can have. */
  int vocabulary() {
    return tokenizer.vocabulary();
  }

  /**
   * What the model reads: the conversation through its template, or the bare message where it has none.
   *
   * @param variables what the template is given besides the messages
   * @throws TalonException CHAT_TEMPLATE where the template does not read a variable, or there is none to read more than a message
   */
  public String prompt(List<ChatMessage> messages, Map<String, Object> variables) {
    variables.keySet().forEach(template::checkRead);
    check(
        hasTemplate() || messages.size() == 1,
        ErrorCode.CHAT_TEMPLATE,
        "the model has no chat template, so it takes one message and no other beside it: %s",
        messages.stream().map(ChatMessage::role).toList());
    String text = hasTemplate() ? template.prompt(messages, variables) : messages.get(0).content();
    // A surrogate without its partner becomes U+FFFD, for the model as in the tables, so that a table's text says what was read.
    return new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
  }

  public int[] encode(String prompt) {
    return hasTemplate() ? tokenizer.encode(prompt) : tokenizer.encodeRaw(prompt);
  }

  /** The text of generated tokens, without special tokens and without the stop string that ended it. */
  public String decode(int[] tokens, List<String> stops) {
    return StopStrings.cut(tokenizer.decode(tokens), stops);
  }

  /** The text of one token by itself; of a special one, nothing. */
  public String tokenText(int token) {
    return tokenizer.decode(new int[] {token});
  }

  /** Makes the test that ends a generation; null without stop strings. */
  public Supplier<IntPredicate> stop(List<String> stops) {
    return stops.isEmpty() ? null : new StopStrings(tokenizer, stops)::newMatcher;
  }
}
