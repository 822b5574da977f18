package io.talon.audit;

import io.talon.TalonException;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.serve.ModelText;
import io.talon.text.Reasoning;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

/** Compares generations with what plain decoding writes. */
public final class Auditor {
  /**
   * How far apart two scores must be to be told apart for sure in float32. Logits are some tens large and sums of thousands
   * of products, so that another order of the sums moves them by 1e-5 to 1e-4; the tests hold ours to 1e-3 of those that
   * another library computes.
   */
  private static final float FP32_NOISE = 1e-3f;

  /**
   * The same in bf16, which has eight significant bits: logits between 16 and 32 lie 0.125 apart, and a score that is rounded
   * the other way takes one such step, its rival at worst another.
   */
  private static final float BF16_NOISE = 0.25f;

  private static final int SHOWN_CHARACTERS = 24;

  private final PlainDecoder decoder;
  private final ModelText text;
  private final Consumer<Generation> observer;

  /**
   * @param text of the decoder's target
   * @param observer is shown what plain decoding wrote
   */
  public Auditor(PlainDecoder decoder, ModelText text, Consumer<Generation> observer) {
    this.decoder = decoder;
    this.text = text;
    this.observer = observer;
  }

  /** Checks a text against its ids, then decodes again and checks the ids. */
  public Verdict judge(AuditedRow row) {
    for (int token : row.tokens()) {
      if (token < 0 || token >= decoder.spec().vocabulary()) {
        return Verdict.wrong("its ids have " + token + ", which is not in the model's vocabulary");
      }
    }
    String meant = Reasoning.split(row.promptText(), text.decode(row.tokens(), row.options().stop())).answer();
    if (!meant.equals(row.text())) {
      return Verdict.wrong(difference(row.text(), meant));
    }
    GenerationRequest request = row.request(text);
    Generation plain;
    try {
      plain = decoder.decode(request);
    } catch (TalonException e) {
      return Verdict.wrong("plain decoding refuses it: " + e.getMessage());
    }
    observer.accept(plain);
    int position = Arrays.mismatch(row.tokens(), plain.tokens());
    return position < 0 ? Verdict.EQUAL : differing(row.tokens(), plain, position, request);
  }

  private Verdict differing(int[] recorded, Generation plain, int position, GenerationRequest request) {
    String place = "position " + position + ": ";
    if (position == plain.tokens().length) { // whether to go on is no choice between scores
      return Verdict.wrong(place + "the run has " + shown(recorded[position]) + ", and plain decoding has ended");
    }
    String written = shown(plain.tokens()[position]);
    if (position == recorded.length) {
      return Verdict.wrong(place + "the run has ended, and plain decoding writes " + written);
    }
    // The first token comes with prefill, which is no round.
    float margin = position == 0 ? decoder.firstMargin(request) : plain.rounds().get(position - 1).minMargin();
    float noise = decoder.spec().dtype().equals("bf16") ? BF16_NOISE : FP32_NOISE;
    String detail = String.format(
        Locale.ROOT,
        "%sthe run has %s, and plain decoding writes %s with a margin of %.4g",
        place,
        shown(recorded[position]),
        written,
        margin);
    return new Verdict(margin <= noise ? Verdict.Kind.NEAR_TIE : Verdict.Kind.WRONG, detail);
  }

  private String shown(int token) {
    return token + " " + quoted(text.tokenText(token));
  }

  private static String difference(String recorded, String meant) {
    if (recorded == null) {
      return "it has no text";
    }
    int at = 0;
    while (at < recorded.length() && at < meant.length() && recorded.charAt(at) == meant.charAt(at)) {
      at++;
    }
    return "its text is not what its ids say: from character " + at + " on " + quoted(excerpt(recorded, at)) + " instead of "
        + quoted(excerpt(meant, at));
  }

  private static String excerpt(String text, int begin) {
    boolean whole = text.length() - begin <= SHOWN_CHARACTERS;
    return whole ? text.substring(begin) : text.substring(begin, begin + SHOWN_CHARACTERS) + "...";
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\"", "\\\"") + "\"";
  }
}
