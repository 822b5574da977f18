package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.draft.Drafter;
import io.talon.draft.auto.Drafters;
import io.talon.draft.lookup.Lookups;
import io.talon.draft.lookup.SuffixIndex;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What drafts; several origins are merged into one tree.
 *
 * @param model reference to an EAGLE-3 head or a small model of the same tokenizer, empty for none
 * @param ngrams what is looked up in prompt and output
 * @param runs output directories of earlier runs whose generations are looked up
 * @param corpusTokens of each run at most
 */
public record DraftOrigins(String model, Lookups ngrams, List<String> runs, int corpusTokens) implements Serializable {
  /** Plain decoding. */
  static final DraftOrigins NONE = new DraftOrigins("", Lookups.NONE, List.of(), 1);

  private static final String NGRAM = "ngram";
  private static final String RUN = "run:";
  private static final int MOST_CORPUS_TOKENS = 100_000_000; // eight bytes each, of an array and of a task's result

  public DraftOrigins {
    check(
        corpusTokens >= 1 && corpusTokens <= MOST_CORPUS_TOKENS,
        ErrorCode.BAD_OPTION,
        "corpus-tokens must be in [1, %s]: %s",
        MOST_CORPUS_TOKENS,
        corpusTokens);
    runs = List.copyOf(runs);
  }

  /** Reads {@code DIR}, {@code ngram} and {@code run:PATH}, joined by commas; nothing typed is no origin. */
  static DraftOrigins of(Settings settings) {
    String model = "";
    Lookups ngrams = Lookups.NONE;
    List<String> runs = new ArrayList<>();
    for (String origin : settings.text(Key.DRAFT).isEmpty() ? List.<String>of() : settings.list(Key.DRAFT)) {
      if (origin.equals(NGRAM)) {
        ngrams = ngrams(settings);
      } else if (origin.startsWith(RUN)) {
        check(origin.length() > RUN.length(), ErrorCode.BAD_OPTION, "draft must name the run: run:PATH, not %s", origin);
        runs.add(origin.substring(RUN.length()));
      } else {
        check(model.isEmpty(), ErrorCode.BAD_OPTION, "draft must name one directory at most: %s", settings.required(Key.DRAFT));
        model = ModelSourceOptions.absolute(origin);
      }
    }
    return new DraftOrigins(model, ngrams, runs, settings.integer(Key.CORPUS_TOKENS));
  }

  private static Lookups ngrams(Settings settings) {
    List<Integer> bounds = settings.integers(Key.NGRAM);
    check(bounds.size() == 2, ErrorCode.BAD_OPTION, "ngram must be two numbers, MIN,MAX: %s", settings.required(Key.NGRAM));
    return Lookups.ngrams(bounds.get(0), bounds.get(1));
  }

  /**
   * What makes the drafts.
   *
   * @param corpora generations of the runs
   */
  public Drafter.Factory drafters(List<SuffixIndex> corpora) {
    return new Drafters(hasModel(), looksUp() ? ngrams.in(corpora) : null);
  }

  public boolean hasModel() {
    return !model.isEmpty();
  }

  /** Whether anything is looked up. */
  public boolean looksUp() {
    return !ngrams.equals(Lookups.NONE) || !runs.isEmpty();
  }

  DraftOrigins withModel(String other) {
    return new DraftOrigins(other, ngrams, runs, corpusTokens);
  }
}
