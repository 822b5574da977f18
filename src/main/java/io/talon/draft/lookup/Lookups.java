package io.talon.draft.lookup;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.draft.Drafter;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.Engine;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes drafters that look sequences up and take no forward.
 *
 * @param shortestNgram tokens of the shortest match in prompt and output
 * @param longestNgram tokens of the match that is looked for first; 0 to leave prompt and output out
 * @param corpora texts to look in besides, shared by all drafters
 */
public record Lookups(int shortestNgram, int longestNgram, List<SuffixIndex> corpora)
    implements Drafter.Factory, Serializable {
  /** Looks nothing up. */
  public static final Lookups NONE = new Lookups(0, 0, List.of());

  private static final int LONGEST = 16;

  public Lookups {
    check(
        longestNgram == 0 || shortestNgram >= 1 && shortestNgram <= longestNgram && longestNgram <= LONGEST,
        ErrorCode.BAD_OPTION,
        "ngram must be MIN,MAX with 1 <= MIN <= MAX <= %s: %s,%s",
        LONGEST,
        shortestNgram,
        longestNgram);
    corpora = List.copyOf(corpora);
  }

  /** Looks in prompt and output alone. */
  public static Lookups ngrams(int shortest, int longest) {
    return new Lookups(shortest, longest, List.of());
  }

  /** Looks in these texts besides. */
  public Lookups in(List<SuffixIndex> others) {
    return new Lookups(shortestNgram, longestNgram, others);
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
