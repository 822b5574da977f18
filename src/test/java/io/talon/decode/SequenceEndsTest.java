package io.talon.decode;

import static io.talon.decode.DecodeLoopTest.engine;
import static io.talon.decode.DecodeLoopTest.options;
import static io.talon.decode.DecodeLoopTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.talon.draft.policy.TreePolicy;
import io.talon.engine.HashEngine;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a sequence ends: its length, a stop test, an end token, the context. */
class SequenceEndsTest {
  static List<TreePolicy> policies() {
    return DecodeLoopTest.policies();
  }

  private static GenerationRequest stopping(GenerationRequest request, int token, int times) {
    return new GenerationRequest(
        request.promptId(), 0, 0, request.prompt(), request.sampling(), request.maxNewTokens(),
        () -> new Countdown(token, times));
  }

  /** A stateful stop test: the n-th occurrence of a token. */
  private static final class Countdown implements IntPredicate {
    private final int token;
    private int left;

    Countdown(int token, int times) {
      this.token = token;
      left = times;
    }

    @Override
    public boolean test(int value) {
      assertThat(left).as("Should not be fed behind the end").isPositive();
      left -= value == token ? 1 : 0;
      return left == 0;
    }
  }

  private static void assertConsistent(Generation generation) {
    assertThat(1 + generation.stats().roundTokens()).as("Should not count dropped tokens").isEqualTo(generation.tokens().length);
    assertThat(generation.stats().acceptedDraftTokens()).isLessThanOrEqualTo(generation.stats().roundTokens());
  }

  @ParameterizedTest
  @MethodSource("policies")
  void everyLengthEndsWhereItShould(TreePolicy policy) {
    int[] text = run(engine(1, 100), options(policy), Requests.request(3, 1, 0, 1, 30)).finished.get("3").tokens();
    for (int length = 1; length <= 30; length++) {
      HashEngine engine = engine(1, 100);
      Generation generation = run(engine, options(policy), Requests.request(3, 1, 0, 1, length)).finished.get("3");
      assertThat(generation.tokens()).as("%s new tokens", length).isEqualTo(Arrays.copyOf(text, length));
      assertThat(generation.finishReason()).isEqualTo(FinishReason.LENGTH);
      assertConsistent(generation);
      if (length <= 2) {
        assertThat(engine.draftForwards()).as("Should not draft what cannot be used").isZero();
        assertThat(engine.targetForwards()).isEqualTo(length - 1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("policies")
  void everyTokenCanBeTheLast(TreePolicy policy) {
    int[] text = run(engine(1, 100), options(policy), Requests.request(3, 1, 0, 1, 30)).finished.get("3").tokens();
    for (int i = 0; i < text.length; i++) {
      int token = text[i];
      int first = IntStream.range(0, text.length).filter(j -> text[j] == token).findFirst().getAsInt();
      int last = i;
      int times = (int) IntStream.rangeClosed(0, i).filter(j -> text[j] == token).count();

      Generation stopped =
          run(engine(1, 100), options(policy), stopping(Requests.request(3, 1, 0, 1, 30), token, times)).finished.get("3");
      assertThat(stopped.tokens()).as("stop test at %s", last).isEqualTo(Arrays.copyOf(text, last + 1));
      assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP);
      assertConsistent(stopped);

      Generation ended = run(engine(1, 100), options(policy, 47, token), Requests.request(3, 1, 0, 1, 30)).finished.get("3");
      assertThat(ended.tokens()).as("end of sequence at %s", first)
          .isEqualTo(Arrays.copyOf(text, Math.min(first, until47(text)) + 1));
      assertThat(ended.finishReason()).isEqualTo(FinishReason.STOP);
      assertConsistent(ended);
    }
  }

  private static int until47(int[] text) {
    return IntStream.range(0, text.length).filter(i -> text[i] == 47).findFirst().orElse(text.length);
  }

  @ParameterizedTest
  @MethodSource("policies")
  void theContextIsFilledToTheLastToken(TreePolicy policy) {
    for (int maxContext = 6; maxContext < 24; maxContext++) {
      GenerationRequest request = Requests.request(4, 1, 0, 1, 1000); // 5 prompt tokens
      Generation generation = run(engine(1, maxContext), options(policy), request).finished.get("4");
      assertThat(generation.tokens()).hasSize(maxContext - request.prompt().length);
      assertThat(generation.finishReason()).isEqualTo(FinishReason.CONTEXT);
      assertConsistent(generation);
    }
    assertThat(run(engine(1, 20), options(policy), Requests.request(4, 1, 0, 1, 15)).finished.get("4").finishReason())
        .as("Should call it length when both limits coincide")
        .isEqualTo(FinishReason.LENGTH);
  }
}
