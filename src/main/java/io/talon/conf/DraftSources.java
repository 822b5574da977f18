package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What drafts; several sources are merged into one tree.
 *
 * @param head reference to the EAGLE-3 head, empty for none
 * @param ngram matches that are looked up in prompt and output, null for none
 * @param runs output directories of earlier runs whose generations are looked up
 */
public record DraftSources(String head, NgramLengths ngram, List<String> runs) implements Serializable {
  /** Plain decoding. */
  static final DraftSources NONE = new DraftSources("", null, List.of());

  private static final String NGRAM = "ngram";
  private static final String RUN = "run:";

  public DraftSources {
    runs = List.copyOf(runs);
  }

  /** Reads {@code DIR}, {@code ngram} and {@code run:PATH}, joined by commas; nothing typed is no source. */
  static DraftSources of(Settings settings) {
    String head = "";
    NgramLengths ngram = null;
    List<String> runs = new ArrayList<>();
    for (String source : settings.text(Key.DRAFT).isEmpty() ? List.<String>of() : settings.list(Key.DRAFT)) {
      if (source.equals(NGRAM)) {
        ngram = NgramLengths.of(settings);
      } else if (source.startsWith(RUN)) {
        check(source.length() > RUN.length(), ErrorCode.BAD_OPTION, "draft must name the run: run:PATH, not %s", source);
        runs.add(source.substring(RUN.length()));
      } else {
        check(head.isEmpty(), ErrorCode.BAD_OPTION, "draft must name one directory at most: %s", settings.required(Key.DRAFT));
        head = SourceOptions.absolute(source);
      }
    }
    return new DraftSources(head, ngram, runs);
  }

  public boolean hasHead() {
    return !head.isEmpty();
  }

  /** Whether anything is looked up. */
  public boolean looksUp() {
    return ngram != null || !runs.isEmpty();
  }

  DraftSources withHead(String other) {
    return new DraftSources(other, ngram, runs);
  }
}
