package io.talon.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.cli.JobRun;
import io.talon.conf.TextOptions;
import io.talon.engine.EngineSpec;
import io.talon.engine.HashEngine;
import io.talon.engine.Sampling;
import io.talon.serve.ModelText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Verdicts on an engine whose scores are known; the demo tokenizer gives its ids texts. */
class AuditorTest {
  private static final int VOCABULARY = 93; // all of it but three ids are printable characters
  private static final int NEW_TOKENS = 40;
  private static final TextOptions GREEDY = new TextOptions(NEW_TOKENS, Sampling.GREEDY, List.of(), 1, 0, 16);
  private static final String PROMPT = "1?XQ";
  private static final ModelText TEXT =
      ModelText.shared(JobRun.SAMPLES.resolve("models/talon-demo/target").toString(), Instant.EPOCH);

  @Test
  void whatPlainDecodingWritesIsEqual() {
    List<Integer> seen = new ArrayList<>();
    Auditor auditor = new Auditor(new PlainDecoder(engine("fp32"), new int[0]), TEXT, plain -> seen.add(plain.tokens().length));
    assertThat(auditor.judge(row(plain()))).isEqualTo(Verdict.EQUAL);
    assertThat(seen).containsExactly(NEW_TOKENS);
  }

  @Test
  void aSmallMarginIsANearTieAndALargeOneIsNot() {
    int[] plain = plain();
    int ties = 0;
    for (int position = 0; position < plain.length; position++) {
      double margin = margin(plain, position);
      int[] altered = plain.clone();
      altered[position] = (plain[position] + 1) % VOCABULARY;
      Verdict verdict = auditor("bf16").judge(row(altered));
      assertThat(verdict.kind())
          .as("position %s with margin %s", position, margin)
          .isEqualTo(margin <= 0.25 ? Verdict.Kind.NEAR_TIE : Verdict.Kind.WRONG);
      assertThat(verdict.detail())
          .startsWith("position " + position + ": the run has " + altered[position] + " \"")
          .contains(", and plain decoding writes " + plain[position] + " \"", " with a margin of ");
      assertThat(auditor("fp32").judge(row(altered)).kind())
          .isEqualTo(margin <= 1e-3 ? Verdict.Kind.NEAR_TIE : Verdict.Kind.WRONG);
      ties += margin <= 0.25 ? 1 : 0;
    }
    assertThat(ties).as("Should try both").isBetween(1, plain.length - 1);
  }

  @Test
  void endingElsewhereIsWrongWhateverTheMargin() {
    int[] plain = plain();
    assertThat(auditor("bf16").judge(row(Arrays.copyOf(plain, 7))))
        .satisfies(verdict -> assertThat(verdict.kind()).isEqualTo(Verdict.Kind.WRONG))
        .satisfies(verdict -> assertThat(verdict.detail())
            .startsWith("position 7: the run has ended, and plain decoding writes " + plain[7] + " "));
    assertThat(auditor("bf16").judge(row(Arrays.copyOf(plain, NEW_TOKENS + 1))))
        .satisfies(verdict -> assertThat(verdict.kind()).isEqualTo(Verdict.Kind.WRONG))
        .satisfies(verdict -> assertThat(verdict.detail())
            .startsWith("position " + NEW_TOKENS + ": the run has 0 ")
            .endsWith(", and plain decoding has ended"));
  }

  @Test
  void aTextThatIsNotWhatItsIdsSayIsWrong() {
    int[] plain = plain();
    String text = TEXT.decode(plain, List.of());
    AuditedRow altered = new AuditedRow("p", 0, 0, PROMPT, text.substring(0, 3) + "#" + text.substring(4), plain, GREEDY);
    assertThat(auditor("bf16").judge(altered)).satisfies(verdict -> {
      assertThat(verdict.kind()).isEqualTo(Verdict.Kind.WRONG);
      assertThat(verdict.detail()).startsWith("its text is not what its ids say: from character 3 on \"#");
    });
    AuditedRow without = new AuditedRow("p", 0, 0, PROMPT, null, plain, GREEDY);
    assertThat(auditor("bf16").judge(without).detail()).isEqualTo("it has no text");
  }

  @Test
  void idsThatNoModelWritesAreWrong() {
    assertThat(auditor("bf16").judge(new AuditedRow("p", 0, 0, PROMPT, "", new int[] {VOCABULARY}, GREEDY)))
        .isEqualTo(Verdict.wrong("its ids have " + VOCABULARY + ", which is not in the model's vocabulary"));
  }

  @Test
  void aPromptThatCannotBeDecodedIsWrong() {
    String prompt = IntStream.range(0, 300).mapToObj(Integer::toString).reduce("", String::concat);
    assertThat(auditor("fp32").judge(new AuditedRow("p", 0, 0, prompt, "", new int[0], GREEDY)).detail())
        .startsWith("plain decoding refuses it: a prompt must leave room");
  }

  private static Auditor auditor(String dtype) {
    return new Auditor(new PlainDecoder(engine(dtype), new int[0]), TEXT, plain -> {});
  }

  private static HashEngine engine(String dtype) {
    return new HashEngine(new EngineSpec(VOCABULARY, 0, 1, 128, 1, 1, "cpu", dtype, 1, 0, 0, true, ""), 11, 0);
  }

  private static AuditedRow row(int[] tokens) {
    return new AuditedRow("p", 0, 0, PROMPT, TEXT.decode(tokens, List.of()), tokens, GREEDY);
  }

  /** Greedy decoding by the logits themselves. */
  private static int[] plain() {
    int[] tokens = new int[0];
    for (int i = 0; i < NEW_TOKENS; i++) {
      float[] logits = logits(tokens);
      int best = IntStream.range(0, VOCABULARY).reduce((a, b) -> logits[b] > logits[a] ? b : a).orElseThrow();
      tokens = Arrays.copyOf(tokens, i + 1);
      tokens[i] = best;
    }
    return tokens;
  }

  private static double margin(int[] tokens, int position) {
    float[] sorted = logits(Arrays.copyOf(tokens, position));
    Arrays.sort(sorted);
    return sorted[VOCABULARY - 1] - sorted[VOCABULARY - 2];
  }

  private static float[] logits(int[] generated) {
    int[] prompt = TEXT.encode(PROMPT);
    int[] all = Arrays.copyOf(prompt, prompt.length + generated.length);
    System.arraycopy(generated, 0, all, prompt.length, generated.length);
    return engine("fp32").targetLogits(all);
  }
}
