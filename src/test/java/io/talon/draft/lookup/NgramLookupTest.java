package io.talon.draft.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NgramLookupTest {
  /** What a lookup finds, each as {@code position:length}. */
  private static List<String> find(NgramLookup lookup, int slot, int[] text, int length) {
    Matches matches = new Matches(1);
    lookup.find(slot, text, length, matches);
    List<String> found = new ArrayList<>();
    for (int i = 0; i < matches.size(); i++) {
      int start = matches.token(i, 0);
      int position = 0;
      while (!(text[position] == start && matchesFrom(matches, i, text, position, length))) {
        position++;
      }
      found.add(start + ":" + matches.length(i));
    }
    return found;
  }

  private static boolean matchesFrom(Matches matches, int match, int[] text, int position, int length) {
    for (int i = position; i < length; i++) {
      if (matches.token(match, i - position) != text[i]) {
        return false;
      }
    }
    return true;
  }

  private static List<String> find(int shortest, int longest, int... text) {
    return find(new NgramLookup(1, shortest, longest), 0, text, text.length);
  }

  @Test
  void theLongestNgramIsFollowedNewestFirst() {
    assertThat(find(1, 3, 7, 1, 2, 3, 10, 1, 2, 3, 11, 8, 2, 3, 12, 1, 2, 3))
        .as("Should take the trigram's places, and leave out the bigram's")
        .containsExactly("11:3", "10:3");
    assertThat(find(1, 2, 7, 1, 2, 3, 10, 1, 2, 3, 11, 8, 2, 3, 12, 1, 2, 3))
        .as("Should take all of the bigram's, each with as much as agrees")
        .containsExactly("12:2", "11:3", "10:3");
    assertThat(find(1, 3, 5, 9, 6, 9)).as("Should fall back to a single token").containsExactly("6:1");
    assertThat(find(2, 3, 5, 9, 6, 9)).as("Should not fall below the shortest").isEmpty();
    assertThat(find(1, 3, 5, 6, 7)).as("Should find nothing that did not occur").isEmpty();
    assertThat(find(1, 3, 5)).as("Should find nothing in a single token").isEmpty();
  }

  @Test
  void aTextThatRepeatsItselfIsTakenToGoOn() {
    Matches matches = new Matches(1);
    new NgramLookup(1, 1, 3).find(0, new int[] {4, 5, 6, 4, 5, 6, 4, 5, 6}, 9, matches);
    assertThat(matches.length(0)).isEqualTo(6);
    assertThat(new int[] {
      matches.token(0, 0), matches.token(0, 1), matches.token(0, 2), matches.token(0, 3), matches.token(0, 10)
    })
        .containsExactly(4, 5, 6, 4, 5);
  }

  @Test
  void frequentNgramsGiveTheirNewestPlaces() {
    int[] text = new int[1000];
    for (int i = 0; i < text.length; i += 2) {
      text[i] = 1;
      text[i + 1] = 1000 + i;
    }
    List<String> found = find(new NgramLookup(1, 1, 1), 0, text, text.length - 1);
    assertThat(found).hasSize(Matches.PER_LOOKUP).startsWith("1996:1", "1994:1");
  }

  @Test
  void aGrowingTextIsIndexedAsAWholeOneIs() {
    Random random = new Random(4);
    NgramLookup growing = new NgramLookup(3, 1, 4);
    for (int trial = 0; trial < 60; trial++) {
      int slot = trial % 3;
      int[] text = random.ints(900, 0, 2 + trial % 7).toArray();
      int length = 1 + random.nextInt(200);
      while (length < text.length) {
        Matches expected = new Matches(1);
        new NgramLookup(1, 1, 4).find(0, text, length, expected);
        Matches actual = new Matches(1);
        growing.find(slot, text, length, actual);
        assertThat(places(actual)).as("trial %s, length %s", trial, length).isEqualTo(places(expected));
        assertThat(places(actual)).isEqualTo(naive(text, length));
        length += 1 + random.nextInt(90);
      }
      growing.release(slot);
    }
  }

  /** Tokens behind and weight of every place. */
  private static List<String> places(Matches matches) {
    List<String> places = new ArrayList<>();
    for (int i = 0; i < matches.size(); i++) {
      places.add(matches.token(i, 0) + " " + matches.token(i, 1) + " " + matches.token(i, 2) + " " + matches.length(i));
    }
    return places;
  }

  private static List<String> naive(int[] text, int length) {
    for (int n = 4; n >= 1; n--) {
      List<String> places = new ArrayList<>();
      for (int place = length - 1; place >= n && places.size() < Matches.PER_LOOKUP; place--) {
        int agreed = 0;
        while (agreed < Math.min(place, Matches.LONGEST) && text[place - 1 - agreed] == text[length - 1 - agreed]) {
          agreed++;
        }
        if (agreed >= n) {
          int[] after = Arrays.copyOfRange(text, place, length);
          places.add(after[0] + " " + after[1 % after.length] + " " + after[2 % after.length] + " " + agreed);
        }
      }
      if (!places.isEmpty() && length > n) {
        return places;
      }
    }
    return List.of();
  }
}
