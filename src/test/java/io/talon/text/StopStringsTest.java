package io.talon.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StopStringsTest {
  private TextTokenizer tokenizer;

  @BeforeEach
  void open() {
    tokenizer = TextTokenizer.open(TestTokenizers.demo());
  }

  @AfterEach
  void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }

  @Test
  void stopsAtTheTokenThatCompletesAStopString() {
    for (String stop : new String[] {"answer", "he answer i", "\n\n", "12.", " 1", "é中", "😀", "is 12.\n\nN"}) {
      String text = "There are 3 words. The answer is 12.\n\nNext é中 and 😀!";
      int[] tokens = tokenizer.encode(text);
      int stopped = firstTrue(tokens, stop);
      assertThat(tokenizer.decode(Arrays.copyOf(tokens, stopped + 1))).as("up to the token").contains(stop);
      assertThat(tokenizer.decode(Arrays.copyOf(tokens, stopped))).as("before it").doesNotContain(stop);
    }
  }

  @Test
  void goesOnWithoutAStopString() {
    int[] tokens = tokenizer.encode("The answer is 12.");
    assertThat(firstTrue(tokens, "13")).isEqualTo(-1);
    assertThat(firstTrue(tokens, "answer  is")).isEqualTo(-1);
    assertThat(new StopStrings(tokenizer, List.of()).newMatcher().test(tokens[0])).isFalse();
  }

  @Test
  void staysTrueAndStartsAfresh() {
    StopStrings stops = new StopStrings(tokenizer, List.of("no", "yes"));
    int[] tokens = tokenizer.encode("yes maybe");
    IntPredicate matcher = stops.newMatcher();
    assertThat(matcher.test(tokens[0]) | matcher.test(tokens[1])).isTrue();
    assertThat(matcher.test(tokens[tokens.length - 1])).isTrue();
    assertThat(stops.newMatcher().test(tokens[tokens.length - 1])).isFalse();
  }

  @Test
  void spacesThatTheDecoderStripsAtTheBeginningCountLater() {
    try (TextTokenizer stories = TextTokenizer.open(TestTokenizers.stories())) {
      int[] tokens = stories.encode("She said it was a big dog and it ran to the park");
      IntPredicate matcher = new StopStrings(stories, List.of(" dog and")).newMatcher();
      int stopped = 0;
      while (!matcher.test(tokens[stopped])) {
        stopped++;
      }
      assertThat(stories.decode(Arrays.copyOf(tokens, stopped + 1))).isEqualTo("She said it was a big dog and");
    }
  }

  @Test
  void findsWhatTheWholeTextHoldsInRandomTexts() {
    Random random = new Random(1);
    String alphabet = "ab \n.é中😀1";
    int[] letters = alphabet.codePoints().toArray();
    for (int round = 0; round < 200; round++) {
      String text = randomText(random, letters, 60);
      String stop = randomText(random, letters, 3);
      int[] tokens = tokenizer.encode(text);
      assertThat(firstTrue(tokens, stop) >= 0).as("'%s' in '%s'", stop, text).isEqualTo(text.contains(stop));
    }
  }

  @Test
  void bytesThatNeverBecomeACharacterDoNotPileUp() {
    int[] half = tokenizer.encode("é");
    IntPredicate matcher = new StopStrings(tokenizer, List.of("stop")).newMatcher();
    for (int i = 0; i < 1_000; i++) {
      assertThat(matcher.test(half[half.length - 1])).isFalse();
    }
    boolean found = false;
    for (int token : tokenizer.encode(" stop")) {
      found = matcher.test(token);
    }
    assertThat(found).isTrue();
  }

  @Test
  void cutsAtTheEarliestStopString() {
    assertThat(StopStrings.cut("one two three", List.of("three", "two"))).isEqualTo("one ");
    assertThat(StopStrings.cut("one two three", List.of("four"))).isEqualTo("one two three");
    assertThat(StopStrings.cut("one", List.of("one"))).isEmpty();
    assertThat(StopStrings.cut("one", List.of())).isEqualTo("one");
  }

  @Test
  void anEmptyStopStringIsRefused() {
    assertThatThrownBy(() -> new StopStrings(tokenizer, List.of("a", "")))
        .hasFieldOrPropertyWithValue("code", ErrorCode.BAD_OPTION)
        .hasMessageContaining("A stop string cannot be empty");
  }

  private int firstTrue(int[] tokens, String stop) {
    IntPredicate matcher = new StopStrings(tokenizer, List.of(stop)).newMatcher();
    for (int i = 0; i < tokens.length; i++) {
      if (matcher.test(tokens[i])) {
        return i;
      }
    }
    return -1;
  }

  private static String randomText(Random random, int[] letters, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(letters[random.nextInt(letters.length)]);
    }
    return text.toString();
  }
}
