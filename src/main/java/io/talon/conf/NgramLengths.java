package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.io.Serializable;
import java.util.List;

/**
 * Which matches the lookup in prompt and output follows: the longest there is.
 *
 * @param shortest tokens of the shortest match
 * @param longest tokens that are looked up first
 */
public record NgramLengths(int shortest, int longest) implements Serializable {
  private static final int LONGEST = 16;

  public NgramLengths {
    check(
        shortest >= 1 && shortest <= longest && longest <= LONGEST,
        ErrorCode.BAD_OPTION,
        "ngram must be MIN,MAX with 1 <= MIN <= MAX <= %s: %s,%s",
        LONGEST,
        shortest,
        longest);
  }

  static NgramLengths of(Settings settings) {
    List<Integer> bounds = settings.integers(Key.NGRAM);
    check(bounds.size() == 2, ErrorCode.BAD_OPTION, "ngram must be two numbers, MIN,MAX: %s", settings.required(Key.NGRAM));
    return new NgramLengths(bounds.get(0), bounds.get(1));
  }
}
