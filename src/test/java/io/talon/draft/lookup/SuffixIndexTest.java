package io.talon.draft.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SuffixIndexTest {
  private static SuffixIndex index(int[]... texts) {
    SuffixIndex.Builder builder = new SuffixIndex.Builder();
    for (int[] text : texts) {
      builder.add(text, 0, text.length);
    }
    return builder.build();
  }

  private static Matches find(SuffixIndex index, int... history) {
    Matches matches = new Matches(1);
    new CorpusLookup(index).find(0, history, history.length, matches);
    return matches;
  }

  /** How often each token follows. */
  private static Map<Integer, Integer> next(Matches matches) {
    Map<Integer, Integer> next = new TreeMap<>();
    for (int i = 0; i < matches.size(); i++) {
      next.merge(matches.token(i, 0), 1, Integer::sum);
    }
    return next;
  }

  @Test
  void theLongestEndIsFound() {
    SuffixIndex index = index(new int[] {1, 2, 3, 4}, new int[] {9, 2, 3, 5}, new int[] {8, 2, 3});
    Matches matches = find(index, 7, 9, 2, 3);
    assertThat(next(matches)).containsExactly(Map.entry(5, 1));
    assertThat(matches.length(0)).isEqualTo(3);
    assertThat(matches.token(0, 1)).as("Should end with the text").isEqualTo(Matches.SEPARATOR);
    assertThat(next(find(index, 6, 2, 3)))
        .as("Should know the ends of texts as such")
        .containsExactly(Map.entry(Matches.SEPARATOR, 1), Map.entry(4, 1), Map.entry(5, 1));
    assertThat(find(index, 4, 3).size()).as("Should not follow a single token").isZero();
    assertThat(find(index, 4, 9).size()).as("Should not match across texts").isZero();
    assertThat(find(index(), 1, 2).size()).as("Should find nothing in nothing").isZero();
  }

  @Test
  void manyPlacesKeepTheSharesOfTheirContinuations() {
    int[][] texts = IntStream.range(0, 1000).mapToObj(i -> new int[] {1, 2, i % 4 == 0 ? 7 : 5, i}).toArray(int[][]::new);
    assertThat(next(find(index(texts), 0, 1, 2))).containsExactly(Map.entry(5, 24), Map.entry(7, 8));
  }

  @Test
  void promptsGiveContextOnly() {
    int[] prompt = IntStream.range(100, 300).toArray();
    SuffixIndex index = new SuffixIndex.Builder().add(prompt, new int[] {1, 2}).build();
    assertThat(index.length()).as("Should keep the prompt's end, the text and a separator").isEqualTo(Matches.LONGEST + 3);
    assertThat(next(find(index, prompt))).containsExactly(Map.entry(1, 1));
  }

  @Test
  void anyHistoryIsFoundAsByComparingWithAllPlaces() {
    Random random = new Random(6);
    for (int trial = 0; trial < 150; trial++) {
      int vocabulary = 1 + trial % 5;
      int[][] texts = new int[random.nextInt(5)][];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = random.ints(random.nextInt(90), 0, vocabulary).toArray();
      }
      SuffixIndex index = index(texts);
      for (int query = 0; query < 20; query++) {
        int[] history = random.ints(1 + random.nextInt(60), 0, vocabulary).toArray();
        int longest = 0;
        int places = 0;
        for (int[] text : texts) {
          for (int place = 1; place <= text.length; place++) {
            int agreed = agreed(text, place, history);
            places = agreed > longest ? 1 : places + (agreed == longest ? 1 : 0);
            longest = Math.max(longest, agreed);
          }
        }
        Matches matches = find(index, history);
        assertThat(matches.size()).isEqualTo(longest < 2 ? 0 : Math.min(places, Matches.PER_LOOKUP));
        for (int i = 0; i < matches.size(); i++) {
          assertThat(matches.length(i)).as("trial %s of %s", trial, Arrays.toString(history)).isEqualTo(longest);
        }
      }
    }
  }

  private static int agreed(int[] text, int place, int[] history) {
    int agreed = 0;
    while (agreed < Math.min(Matches.LONGEST, Math.min(place, history.length))
        && text[place - 1 - agreed] == history[history.length - 1 - agreed]) {
      agreed++;
    }
    return agreed;
  }

  @Test
  void repetitiveTextsAreSortedInNoTime() {
    int[] same = new int[300_000];
    SuffixIndex index = index(same, same);
    assertThat(find(index, 0, 0, 0).length(0)).isEqualTo(3);
    assertThat(find(index, same).length(0)).isEqualTo(Matches.LONGEST);
  }

  @Test
  void anIndexTravels() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(index(new int[] {1, 2, 3}));
    }
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(next(find((SuffixIndex) in.readObject(), 1, 2))).containsExactly(Map.entry(3, 1));
    }
  }
}
