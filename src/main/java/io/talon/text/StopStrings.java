package io.talon.text;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.util.List;
import java.util.function.IntPredicate;

/** The texts that end a generation, wherever they begin within a token or end within another. */
public final class StopStrings {
  private final TextTokenizer tokenizer;
  private final List<String> stops;
  private final int longest; // chars

  /** Takes stop strings; BAD_OPTION when one is empty. */
  public StopStrings(TextTokenizer tokenizer, List<String> stops) {
    for (String stop : stops) {
      check(!stop.isEmpty(), ErrorCode.BAD_OPTION, "A stop string cannot be empty: %s", stops);
    }
    this.tokenizer = tokenizer;
    this.stops = List.copyOf(stops);
    this.longest = stops.stream().mapToInt(String::length).max().orElse(0);
  }

  /**
   * A test for one generation: fed every new token in order, true from the token on that completes a stop string.
   *
   * <p>The work per token does not grow with the text.
   */
  public IntPredicate newMatcher() {
    return stops.isEmpty() ? token -> false : new Matcher();
  }

  /** The text up to its first stop string, the whole text when there is none. */
  public static String cut(String text, List<String> stops) {
    int end = text.length();
    for (String stop : stops) {
      int at = text.indexOf(stop);
      end = at >= 0 ? Math.min(end, at) : end;
    }
    return text.substring(0, end);
  }

  /** Decodes a window of tokens, as a token's text depends on the one before it and may end in the middle of a character. */
  private final class Matcher implements IntPredicate {
    private static final int WINDOW = 32;
    private static final int LONGEST_WAIT = 16; // tokens that may go on without completing a character
    private static final char INCOMPLETE = '\uFFFD';

    private final int[] window = new int[WINDOW]; // context, then tokens whose text is not settled
    private int size;
    private int context; // tokens of the window whose text is settled
    private String contextText = "";
    private String tail = ""; // end of the settled text, too short to hold a stop string
    private boolean found;

    @Override
    public boolean test(int token) {
      if (!found) {
        window[size++] = token;
        String text = tokenizer.decode(window, 0, size);
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == INCOMPLETE) {
          end--;
        }
        String fresh = tail + text.substring(Math.min(contextText.length(), end), end);
        found = stops.stream().anyMatch(fresh::contains);
        boolean whole = end == text.length() && end > contextText.length();
        if (whole || size - context >= LONGEST_WAIT) {
          settle(fresh);
        }
      }
      return found;
    }

    private void settle(String fresh) {
      tail = fresh.substring(Math.max(0, fresh.length() - longest + 1));
      System.arraycopy(window, context, window, 0, size - context);
      size -= context;
      context = size;
      contextText = tokenizer.decode(window, 0, size);
    }
  }
}
