package io.talon.serve;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.conf.DraftOptions;
import io.talon.conf.ModelOptions;
import io.talon.conf.PromptOptions;
import io.talon.model.HeadSpec;
import io.talon.model.TargetSpec;
import io.talon.model.TensorLayout;
import io.talon.model.checkpoint.Checkpoint;
import io.talon.request.Columns;
import io.talon.request.PromptKind;
import io.talon.text.Vocabularies;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What can be known about the models before a weight is read.
 *
 * @param models options with directories of this node
 * @param target shape of the target
 * @param text its tokenizer and chat template
 * @param now what chat templates take for today
 */
public record ModelCheck(ModelOptions models, TargetSpec target, ModelText text, Instant now) {
  /**
   * Reads configurations, tensor names and shapes, tokenizer and template; throws at the first thing that is wrong.
   *
   * @param models with directories of this node
   */
  public static ModelCheck of(ModelOptions models, List<DraftOptions> drafts, Instant now) {
    Path targetDirectory = Path.of(models.target());
    TargetSpec target = TargetSpec.read(targetDirectory);
    TensorLayout.check(Checkpoint.open(targetDirectory), target);
    if (models.hasDraft() && drafts.stream().anyMatch(draft -> draft.policy().drafts())) {
      checkDraft(Path.of(models.draft()), targetDirectory, target);
    }
    ModelText text = ModelText.shared(models.target(), now);
    checkVocabulary(targetDirectory, text.vocabulary(), target);
    return new ModelCheck(models, target, text, now);
  }

  /** A head has to fit the target's layers, a model of its own the target's tokenizer. */
  private static void checkDraft(Path directory, Path targetDirectory, TargetSpec target) {
    Checkpoint draft = Checkpoint.open(directory);
    if (HeadSpec.isHead(draft)) {
      TensorLayout.check(draft, HeadSpec.read(directory, draft, target));
    } else {
      TensorLayout.check(draft, TargetSpec.read(directory));
      Vocabularies.checkEqual(targetDirectory, directory);
    }
  }

  /** Fails where a tokenizer writes ids that its model does not know. */
  public static void checkVocabulary(Path directory, int tokens, TargetSpec target) {
    check(
        tokens <= target.vocabulary(),
        ErrorCode.TOKENIZER,
        "the tokenizer in %s has %s tokens, and the model only %s: they do not belong together",
        directory,
        tokens,
        target.vocabulary());
  }

  /** What is worth a line on the console. */
  public List<String> notes() {
    return ModelNotes.of(Path.of(models.target()), target);
  }

  /** Fails where the prompts are conversations and the model has no template to write them down with. */
  public void checkServes(Columns columns, PromptOptions prompts) {
    text.checkServes(prompts);
    check(
        text.hasTemplate() || columns.kind() == PromptKind.PROMPT || columns.kind() == PromptKind.TEMPLATE,
        ErrorCode.CHAT_TEMPLATE,
        "column %s needs a chat template, and the model has none; give raw text in a column and name it with --prompt-column",
        columns.prompt());
  }
}
