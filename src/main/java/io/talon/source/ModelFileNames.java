package io.talon.source;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Which files of a directory a model is made of: configuration, tokenizer, template, and its weights in one form only. */
public final class ModelFileNames {
  private static final Predicate<String> TEXTS =
      Pattern.compile("config\\.json|generation_config\\.json|tokenizer[\\w.-]*|chat_template[\\w.-]*").asMatchPredicate();
  /** Forms of the weights, the best first. */
  private static final List<Predicate<String>> WEIGHTS = List.of(
      Pattern.compile("model\\.safetensors").asMatchPredicate(),
      Pattern.compile("model-[\\w.-]*\\.safetensors|model\\.safetensors\\.index\\.json").asMatchPredicate(),
      Pattern.compile("pytorch_model\\.bin").asMatchPredicate(),
      Pattern.compile("pytorch_model-[\\w.-]*\\.bin|pytorch_model\\.bin\\.index\\.json").asMatchPredicate());

  private ModelFileNames() {}

  /** The names that matter, sorted; MODEL_SOURCE where there is no configuration or there are no weights. */
  public static List<String> choose(String place, Collection<String> names) {
    check(names.contains("config.json"), ErrorCode.MODEL_SOURCE, "%s has no config.json, so it is no model", place);
    Predicate<String> weights = WEIGHTS.stream()
        .filter(form -> names.stream().anyMatch(form))
        .findFirst()
        .orElse(name -> false);
    check(
        names.stream().anyMatch(weights),
        ErrorCode.MODEL_SOURCE,
        "%s has no weights: neither model*.safetensors nor pytorch_model*.bin",
        place);
    return names.stream().filter(TEXTS.or(weights)).sorted().toList();
  }
}
