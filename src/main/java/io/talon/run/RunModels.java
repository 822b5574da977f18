package io.talon.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.talon.conf.ModelOptions;
import io.talon.serve.ModelHash;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The models of a run, for the table runs.
 *
 * @param target what decodes
 * @param draft head or model that drafts, null for none
 */
public record RunModels(Identity target, Identity draft) {
  /**
   * One model.
   *
   * @param reference where it lies, pinned
   * @param sha256 see {@link ModelHash}
   */
  public record Identity(String reference, String sha256) {}

  /**
   * Reads every byte of the models' files.
   *
   * @param pinned the run's options
   * @param here the same with directories of this node
   */
  public static RunModels read(ModelOptions pinned, ModelOptions here) {
    Identity draft = pinned.hasDraft() ? new Identity(pinned.draft(), ModelHash.of(Path.of(here.draft()))) : null;
    return new RunModels(new Identity(pinned.target(), ModelHash.of(Path.of(here.target()))), draft);
  }

  /** Hash of what drafts, empty for nothing. */
  public String draftHash() {
    return draft == null ? "" : draft.sha256();
  }

  /** One JSON object: {@code target} and {@code draft}, each with its reference and hash. */
  public String toJson() {
    ObjectNode node = new ObjectMapper().createObjectNode();
    Map<String, Identity> models = new LinkedHashMap<>();
    models.put("target", target);
    models.put("draft", draft);
    models.forEach((role, model) -> {
      if (model != null) {
        node.putObject(role).put("reference", model.reference()).put("sha256", model.sha256());
      }
    });
    return node.toString();
  }
}
