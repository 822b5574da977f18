package io.talon.draft.lookup;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.io.Serializable;
import java.util.Arrays;

/**
 * An immutable corpus of token ids in which any sequence's end is found by binary search: a suffix array, sorted by the first
 * {@value #SORTED_TOKENS} tokens.
 */
public final class SuffixIndex implements Serializable {
  /** Tokens of a prompt's end that a match can make use of. */
  public static final int PROMPT_TOKENS = Matches.LONGEST;

  /** More than any match has, so that the places of a match lie in the order of what follows. */
  private static final int SORTED_TOKENS = 2 * Matches.LONGEST;

  private static final int MAX_TOKENS = 1 << 28;
  private static final long serialVersionUID = 1L;

  private final int[] text; // [length], texts with a separator behind each
  private final int[] suffixes; // [length - texts], where the suffixes begin, in lexicographic order

  private SuffixIndex(int[] text, int[] suffixes) {
    this.text = text;
    this.suffixes = suffixes;
  }

  /** Collects texts. */
  public static final class Builder {
    private int[] text = new int[1024];
    private int length;
    private int texts;

    /** Adds the tokens {@code from}..{@code to - 1}, of which none is negative, as one text. */
    public Builder add(int[] tokens, int from, int to) {
      append(tokens, from, to);
      return end();
    }

    /** Adds the end of a prompt, as much as a match can make use of, and what was generated behind it, as one text. */
    public Builder add(int[] prompt, int[] generated) {
      append(prompt, Math.max(0, prompt.length - PROMPT_TOKENS), prompt.length);
      append(generated, 0, generated.length);
      return end();
    }

    /** Tokens so far, separators included. */
    public int length() {
      return length;
    }

    private Builder end() {
      reserve(1);
      text[length++] = Matches.SEPARATOR;
      texts++;
      return this;
    }

    private void append(int[] tokens, int from, int to) {
      reserve(to - from);
      System.arraycopy(tokens, from, text, length, to - from);
      length += to - from;
    }

    private void reserve(int more) {
      check(more <= MAX_TOKENS - length, ErrorCode.BAD_INPUT, "a corpus must have at most %s tokens", MAX_TOKENS);
      if (length + more > text.length) {
        text = Arrays.copyOf(text, Math.max(length + more, text.length + (text.length >> 1)));
      }
    }

    /** Sorts the suffixes. */
    public SuffixIndex build() {
      int[] whole = Arrays.copyOf(text, length);
      int[] suffixes = new int[length - texts];
      int count = 0;
      for (int i = 0; i < length; i++) {
        if (whole[i] != Matches.SEPARATOR) {
          suffixes[count++] = i;
        }
      }
      new SuffixSort(whole, suffixes, SORTED_TOKENS).sort();
      return new SuffixIndex(whole, suffixes);
    }
  }

  /** Tokens, separators included. */
  public int length() {
    return text.length;
  }

  /** Number of texts. */
  public int texts() {
    return text.length - suffixes.length;
  }

  int[] text() {
    return text;
  }

  /** Where the i-th suffix in order begins. */
  int suffix(int i) {
    return suffixes[i];
  }

  /** Number of suffixes that are smaller than the pattern {@code tokens[from..to)} and do not begin with it. */
  int firstNotBelow(int[] tokens, int from, int to) {
    return search(tokens, from, to, 0);
  }

  /** Number of suffixes that are smaller than the pattern or begin with it. */
  int firstAbove(int[] tokens, int from, int to) {
    return search(tokens, from, to, 1);
  }

  /** Number of suffixes that compare below the bound. */
  private int search(int[] tokens, int from, int to, int bound) {
    int low = 0;
    int high = suffixes.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compare(suffixes[middle], tokens, from, to) < bound) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  // The separator is below every token, so no comparison goes past the end of a text.
  private int compare(int suffix, int[] tokens, int from, int to) {
    for (int i = 0; i < to - from; i++) {
      int order = Integer.compare(text[suffix + i], tokens[from + i]);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
