package io.talon.draft.lookup;

/**
 * Sorts suffixes by their first tokens: multikey quicksort (Bentley and Sedgewick 1997), which looks at every token of a common
 * prefix once and stops at a given depth, so repetitive texts cost no more than others.
 */
final class SuffixSort {
  private final int[] text; // [length], the last one a separator
  private final int[] suffixes; // [suffixes]
  private final int depthLimit;

  SuffixSort(int[] text, int[] suffixes, int depthLimit) {
    this.text = text;
    this.suffixes = suffixes;
    this.depthLimit = depthLimit;
  }

  void sort() {
    sort(0, suffixes.length, 0);
  }

  /** Sorts a range whose suffixes agree in their first {@code depth} tokens; recurs into its smaller parts only. */
  private void sort(int from, int to, int depth) {
    int start = from;
    int end = to;
    int agreed = depth;
    while (end - start > 1 && agreed < depthLimit) {
      int pivot = median(token(start, agreed), token((start + end) >>> 1, agreed), token(end - 1, agreed));
      int below = start;
      int above = end;
      int next = start;
      while (next < above) {
        int token = token(next, agreed);
        if (token < pivot) {
          swap(below++, next++);
        } else if (token > pivot) {
          swap(next, --above);
        } else {
          next++;
        }
      }
      int equalDepth = pivot == Matches.SEPARATOR ? depthLimit : agreed + 1;
      int largest = Math.max(below - start, Math.max(above - below, end - above));
      if (above - below == largest) {
        sort(start, below, agreed);
        sort(above, end, agreed);
        start = below;
        end = above;
        agreed = equalDepth;
      } else if (below - start == largest) {
        sort(below, above, equalDepth);
        sort(above, end, agreed);
        end = below;
      } else {
        sort(start, below, agreed);
        sort(below, above, equalDepth);
        start = above;
      }
    }
  }

  private int token(int i, int depth) {
    return text[suffixes[i] + depth];
  }

  private void swap(int i, int j) {
    int suffix = suffixes[i];
    suffixes[i] = suffixes[j];
    suffixes[j] = suffix;
  }

  private static int median(int a, int b, int c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
