package io.talon.cli;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.model.HeadSpec;
import io.talon.model.RopeSpec;
import io.talon.model.TargetSpec;
import io.talon.model.TensorLayout;
import io.talon.model.checkpoint.Checkpoint;
import io.talon.model.checkpoint.TensorInfo;
import io.talon.serve.ModelCheck;
import io.talon.text.ChatTemplate;
import io.talon.text.TextTokenizer;
import io.talon.text.Vocabularies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a model directory holds.
 *
 * @param reference as it was typed
 * @param checkpoint its tensors
 * @param target the model's shape; null for a draft head
 * @param facts numbers, texts, flags, and lists and maps of them, by name
 */
record ModelFacts(String reference, Checkpoint checkpoint, TargetSpec target, Map<String, Object> facts) {
  static final String FILES = "files";
  private static final String TOKENIZER = "tokenizer.json";

  /**
   * Reads a directory and checks all that can be checked of a model alone.
   *
   * @throws TalonException as the job would end that used the model
   */
  static ModelFacts read(String reference, Path directory) {
    Checkpoint checkpoint = Checkpoint.open(directory);
    Map<String, Object> facts = new LinkedHashMap<>();
    TargetSpec target = null;
    if (HeadSpec.isHead(checkpoint)) {
      HeadFacts.add(checkpoint, facts);
    } else {
      target = TargetSpec.read(directory);
      TensorLayout.check(checkpoint, target);
      add(target, facts);
      addText(directory, target, facts);
    }
    List<TensorInfo> tensors = checkpoint.names().stream().map(checkpoint::tensor).toList();
    facts.put("parameters", tensors.stream().filter(ModelFacts::isWeight).mapToLong(TensorInfo::elements).sum());
    facts.put("dtype", tensors.stream().filter(ModelFacts::isWeight).map(TensorInfo::dtype).distinct().sorted().toList());
    facts.put("tensors", tensors.size());
    facts.put(FILES, files(directory));
    return new ModelFacts(reference, checkpoint, target, facts);
  }

  boolean isHead() {
    return target == null;
  }

  /**
   * Checks that one of the two can draft for the other; returns what they are to each other.
   *
   * @throws TalonException MODEL_PAIR, or what else is wrong
   */
  static String checkPair(ModelFacts one, ModelFacts other) {
    check(
        !one.isHead() || !other.isHead(),
        ErrorCode.MODEL_PAIR,
        "%s and %s are draft heads; one of a pair must be a target model",
        one.reference(),
        other.reference());
    if (one.isHead() || other.isHead()) {
      ModelFacts head = one.isHead() ? one : other;
      HeadSpec spec = HeadSpec.read(head.checkpoint.directory(), head.checkpoint, (one.isHead() ? other : one).target);
      TensorLayout.check(head.checkpoint, spec);
      head.facts.put(HeadFacts.FUSED_LAYERS, Arrays.stream(spec.auxLayerInputs()).boxed().toList());
      return "target and head";
    }
    Vocabularies.checkEqual(one.checkpoint.directory(), other.checkpoint.directory());
    return "target and draft model";
  }

  static Map<String, Object> rope(RopeSpec rope) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("type", rope.type());
    facts.put("theta", rope.theta());
    if (rope.factor() != 1) {
      facts.put("factor", rope.factor());
    }
    return facts;
  }

  private static void add(TargetSpec target, Map<String, Object> facts) {
    facts.put("kind", "model");
    facts.put("family", target.family());
    facts.put("layers", target.layers());
    facts.put("hidden_size", target.hidden());
    facts.put("heads", target.heads());
    facts.put("kv_heads", target.kvHeads());
    facts.put("head_dim", target.headDim());
    facts.put("intermediate_size", target.intermediate());
    facts.put("qkv_bias", target.qkvBias());
    facts.put("qk_norm", target.qkNorm());
    facts.put("tied_output", target.tiedOutput());
    facts.put("context", target.maxPositions());
    facts.put("rope", rope(target.rope()));
    facts.put("end_tokens", Arrays.stream(target.endTokens()).boxed().toList());
    facts.put("vocabulary", target.vocabulary());
  }

  private static void addText(Path directory, TargetSpec target, Map<String, Object> facts) {
    boolean present = Files.exists(directory.resolve(TOKENIZER));
    facts.put("tokenizer", present);
    if (present) {
      try (TextTokenizer tokenizer = TextTokenizer.open(directory)) {
        facts.put("tokenizer_vocabulary", tokenizer.vocabulary());
        ModelCheck.checkVocabulary(directory, tokenizer.vocabulary(), target);
      }
    }
    facts.put("chat_template", ChatTemplate.read(directory).exists());
  }

  private static boolean isWeight(TensorInfo tensor) {
    return tensor.dtype().matches("F\\d+|BF16");
  }

  private static Map<String, Long> files(Path directory) {
    Map<String, Long> files = new LinkedHashMap<>();
    try (Stream<Path> listed = Files.list(directory)) {
      for (Path file : listed.filter(Files::isRegularFile).sorted().toList()) {
        files.put(file.getFileName().toString(), Files.size(file));
      }
      return files;
    } catch (IOException e) {
      throw new TalonException(ErrorCode.MODEL_FILE, "cannot list " + directory + ": " + e.getMessage(), e);
    }
  }
}
