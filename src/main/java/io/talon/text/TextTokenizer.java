package io.talon.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A model's own tokenizer, from a local {@code tokenizer.json}; safe for sharing between threads.
 *
 * <p>It never truncates nor pads. Special tokens that are written out in a text become their ids.
 */
public final class TextTokenizer implements AutoCloseable {
  private static final Map<String, String> OPTIONS = Map.of("truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer tokenizer;
  private final int vocabulary;
  private final boolean cleanUp;

  private TextTokenizer(HuggingFaceTokenizer tokenizer, int vocabulary, boolean cleanUp) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.cleanUp = cleanUp;
  }

  /** Opens the tokenizer of a model directory; TOKENIZER with the path when it is missing or malformed. */
  public static TextTokenizer open(Path directory) {
    Path path = directory.resolve("tokenizer.json");
    int vocabulary = vocabulary(path, JsonFile.read(path));
    JsonNode config = JsonFile.readIfPresent(directory.resolve("tokenizer_config.json"));
    boolean cleanUp = config.path("clean_up_tokenization_spaces").asBoolean(false);
    try (InputStream in = Files.newInputStream(path)) {
      return new TextTokenizer(HuggingFaceTokenizer.newInstance(in, OPTIONS), vocabulary, cleanUp);
    } catch (IOException | RuntimeException e) {
      throw new TalonException(ErrorCode.TOKENIZER, path + " is no tokenizer that can be loaded: " + e.getMessage(), e);
    }
  }

  /** Ids of a text that a chat template has rendered: the special tokens are in it already. */
  public int[] encode(String rendered) {
    return encode(rendered, false);
  }

  /** Ids of a raw text, with the special tokens that the tokenizer puts around one, such as {@code <s>} in front. */
  public int[] encodeRaw(String text) {
    return encode(text, true);
  }

  private int[] encode(String text, boolean addSpecialTokens) {
    long[] ids = tokenizer.encode(wellFormed(text), addSpecialTokens, false).getIds();
    int[] tokens = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      tokens[i] = (int) ids[i];
    }
    return tokens;
  }

  /** The text of token ids, special tokens left out; bytes that are no whole character come out as U+FFFD. */
  public String decode(int[] tokens) {
    return decode(tokens, 0, tokens.length);
  }

  /** Like {@link #decode(int[])}, for the tokens from {@code begin} to before {@code end}. */
  String decode(int[] tokens, int begin, int end) {
    long[] ids = new long[end - begin];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = tokens[begin + i];
    }
    String text = tokenizer.decode(ids, true);
    return cleanUp ? cleanUp(text) : text;
  }

  /** One more than the largest token id. */
  public int vocabulary() {
    return vocabulary;
  }

  /** Frees the native tokenizer; closing twice is harmless. */
  @Override
  public void close() {
    tokenizer.close();
  }

  /** A surrogate without its partner is no character, and would not survive the way to the native library. */
  private static String wellFormed(String text) {
    StringBuilder replaced = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        replaced = replaced == null ? new StringBuilder(text) : replaced;
        replaced.setCharAt(i, '\uFFFD');
      }
    }
    return replaced == null ? text : replaced.toString();
  }

  /** Takes back the spaces before English punctuation and contractions, as transformers' clean_up_tokenization does. */
  private static String cleanUp(String text) {
    return text.replace(" .", ".")
        .replace(" ?", "?")
        .replace(" !", "!")
        .replace(" ,", ",")
        .replace(" ' ", "'")
        .replace(" n't", "n't")
        .replace(" 'm", "'m")
        .replace(" 's", "'s")
        .replace(" 've", "'ve")
        .replace(" 're", "'re");
  }

  private static int vocabulary(Path path, JsonNode tokenizer) {
    JsonNode entries = tokenizer.path("model").path("vocab");
    int largest = entries.isArray() ? entries.size() - 1 : -1;
    if (entries.isObject()) {
      for (JsonNode id : entries) {
        largest = Math.max(largest, id.asInt());
      }
    }
    for (JsonNode added : tokenizer.path("added_tokens")) {
      largest = Math.max(largest, added.path("id").asInt());
    }
    TalonException.check(largest >= 0, ErrorCode.TOKENIZER, "%s has no vocabulary", path);
    return largest + 1;
  }
}
