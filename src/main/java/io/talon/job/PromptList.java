package io.talon.job;

import io.talon.conf.InputOptions;
import io.talon.conf.ModelOptions;
import io.talon.draft.lookup.SuffixIndex;
import io.talon.job.input.Input;
import io.talon.job.models.RunCorpus;
import io.talon.request.Columns;
import io.talon.request.InputRow;
import io.talon.serve.ModelCheck;
import java.util.List;
import java.util.function.Consumer;

/**
 * The prompts in the memory of this JVM, and the generations of the runs that are drafted from.
 *
 * @param rows in the order of the files
 */
public record PromptList(List<InputRow> rows, Columns columns, List<SuffixIndex> corpora) {
  /**
   * Reads everything with Spark, which is gone afterwards.
   *
   * @param references what drafts, as every node finds it
   * @param notes takes what is left out of a run
   */
  public static PromptList read(
      String master, InputOptions options, ModelOptions references, ModelCheck models, Consumer<String> notes) {
    try (Session session = Session.open(master);
        Input input = Input.read(session.spark(), options)) {
      models.checkServes(input.columns(), options.prompts());
      return new PromptList(
          input.rows().collectAsList().stream().map(Input::row).toList(),
          input.columns(),
          new RunCorpus(references, models, notes).read(session.spark()));
    }
  }
}
