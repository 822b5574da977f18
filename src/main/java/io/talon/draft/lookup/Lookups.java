package io.talon.draft.lookup;

import io.talon.draft.Drafter;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.Engine;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes drafters that look sequences up and take no forward.
 *
 * @param shortestNgram tokens of the shortest match in prompt and output
 * @param longestNgram tokens of the match that is looked for first; 0 to leave prompt and output out
 * @param corpora texts to look in besides, shared by all drafters
 */
public record Lookups(int shortestNgram, int longestNgram, List<SuffixIndex> corpora) implements Drafter.Factory {
  public Lookups {
    corpora = List.copyOf(corpora);
  }

  /** Looks in prompt and output alone. */
  public static Lookups ngrams(int shortest, int longest) {
    return new Lookups(shortest, longest, List.of());
  }

  @Override
  public Drafter create(Engine engine, TreePolicy policy, int[] endTokens) {
    List<Lookup> lookups = new ArrayList<>();
    if (longestNgram > 0) {
      lookups.add(new NgramLookup(engine.spec().slots(), shortestNgram, longestNgram));
    }
    corpora.forEach(corpus -> lookups.add(new CorpusLookup(corpus)));
    return new LookupDrafter(policy, endTokens, lookups.toArray(Lookup[]::new));
  }
}
