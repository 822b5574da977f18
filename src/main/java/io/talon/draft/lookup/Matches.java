package io.talon.draft.lookup;

/** Places in texts that end like the sequence under draft, in parallel arrays; reused from sequence to sequence. */
final class Matches {
  /** Places that one lookup contributes at most. */
  static final int PER_LOOKUP = 32;

  /** Tokens of a match that are counted at most. */
  static final int LONGEST = 32;

  /** Stands behind the last token of every text of a corpus. */
  static final int SEPARATOR = -1;

  private final int[][] texts; // [capacity][]
  private final int[] positions; // [capacity], index of the first token behind the match
  private final int[] periods; // [capacity]
  private final int[] lengths; // [capacity]
  private int size;

  Matches(int lookups) {
    int capacity = lookups * PER_LOOKUP;
    texts = new int[capacity][];
    positions = new int[capacity];
    periods = new int[capacity];
    lengths = new int[capacity];
  }

  void clear() {
    size = 0;
  }

  /**
   * Adds a place whose continuation lasts until the text's next separator.
   *
   * @param position index of the first token behind the match
   * @param length tokens that agree, the weight of the place
   */
  void add(int[] text, int position, int length) {
    addPeriodic(text, position, Integer.MAX_VALUE, length);
  }

  /**
   * Adds a place in the sequence's own text, which ends {@code period} tokens behind it and is taken to go on as it did from
   * there: a copy may overlap what it makes.
   */
  void addPeriodic(int[] text, int position, int period, int length) {
    texts[size] = text;
    positions[size] = position;
    periods[size] = period;
    lengths[size] = length;
    size++;
  }

  int size() {
    return size;
  }

  int capacity() {
    return positions.length;
  }

  /** Tokens of the match, at least 1. */
  int length(int match) {
    return lengths[match];
  }

  /** The token a number of steps behind the match, or {@link #SEPARATOR} where its text ends. */
  int token(int match, int steps) {
    return texts[match][positions[match] + steps % periods[match]];
  }
}
