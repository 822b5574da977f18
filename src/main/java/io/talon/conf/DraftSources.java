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
 * What drafts; several sources are merged into one tree.
 *
 * @param model reference to an EAGLE-3 head or a small model of the same tokenizer, empty for none
 * @param ngrams what is looked up in prompt and output
 * @param runs output directories of earlier runs whose generations are looked up
 */
public record DraftSources(String model, Lookups ngrams, List<String> runs) implements Serializable {
  /** Plain decoding. */
  static final DraftSources NONE = new DraftSources("", Lookups.NONE, List.of());

  private static final String NGRAM = "ngram";
  private static final String RUN = "run:";

  public DraftSources {
    runs = List.copyOf(runs);
  }

  /** Reads {@code DIR}, {@code ngram} and {@code run:PATH}, joined by commas; nothing typed is no source. */
  static DraftSources of(Settings settings) {
    String model = "";
    Lookups ngrams = Lookups.NONE;
    List<String> runs = new ArrayList<>();
    for (String source : settings.text(Key.DRAFT).isEmpty() ? List.<String>of() : settings.list(Key.DRAFT)) {
      if (source.equals(NGRAM)) {
        ngrams = ngrams(settings);
      } else if (source.startsWith(RUN)) {
        check(source.length() > RUN.length(), ErrorCode.BAD_OPTION, "draft must name the run: run:PATH, not %s", source);
        runs.add(source.substring(RUN.length()));
      } else {
        check(model.isEmpty(), ErrorCode.BAD_OPTION, "draft must name one directory at most: %s", settings.required(Key.DRAFT));
        model = SourceOptions.absolute(source);
      }
    }
    return new DraftSources(model, ngrams, runs);
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

  DraftSources withModel(String other) {
    return new DraftSources(other, ngrams, runs);
  }
}
