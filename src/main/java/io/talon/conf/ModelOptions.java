package io.talon.conf;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.ComputeType;
import io.talon.engine.DraftWeights;
import io.talon.engine.EngineOptions;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Which models run, and where.
 *
 * @param target reference to the target model; local directories are absolute
 * @param drafts what drafts; nothing for plain decoding only
 * @param dtype {@code auto}, {@code fp32} or {@code bf16}; {@code int8} where weights are
 * @param draftWeights what the linear layers of the draft are kept in
 * @param exact whether rows of the target do not depend on what runs beside them
 * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param engines that share an executor's cores, 0 for as many as suit the models
 * @param threads CPU threads of an engine, 0 for the executor's cores, or fewer where the container has fewer, shared out
 * @param maxContext tokens of a sequence at most, 0 for the model's limit, 4096 at most
 * @param sources how models that lie elsewhere are reached
 */
public record ModelOptions(
    String target,
    DraftOrigins drafts,
    String dtype,
    DraftWeights draftWeights,
    boolean exact,
    String device,
    int engines,
    int threads,
    int maxContext,
    ModelSourceOptions sources)
    implements Serializable {
  private static final int MOST_ENGINES = 64;

  public ModelOptions {
    check(dtype.matches("auto|fp32|bf16|int8"), ErrorCode.BAD_OPTION, "dtype must be auto, fp32 or bf16: %s", dtype);
    check(device.matches("cpu|cuda(:\\d+)?"), ErrorCode.BAD_OPTION, "device must be cpu, cuda or cuda:N: %s", device);
    check(engines >= 0 && engines <= MOST_ENGINES, ErrorCode.BAD_OPTION, "engines must be in [0, %d]: %s", MOST_ENGINES, engines);
    check(engines <= 1 || device.equals("cpu"), ErrorCode.BAD_OPTION,
        "engines share the cores of a CPU, and the device is %s; use --engines 1 instead of %s", device, engines);
    check(threads >= 0, ErrorCode.BAD_OPTION, "threads must be 0 (automatic) or more: %s", threads);
    check(maxContext >= 0, ErrorCode.BAD_OPTION, "max-context must be 0 (the model's) or more: %s", maxContext);
  }

  public boolean hasDraft() {
    return drafts.hasModel();
  }

  /** Reference to the head or model that drafts, empty for none. */
  public String draft() {
    return drafts.model();
  }

  static ModelOptions of(Settings settings) {
    Optional<String> target = settings.text(Key.TARGET);
    if (target.isEmpty()) {
      throw new TalonException(
          ErrorCode.BAD_OPTION,
          "--target DIR is missing; the demo model lies in data-samples/models/talon-demo/target of the project");
    }
    return new ModelOptions(
        ModelSourceOptions.absolute(target.get()),
        DraftOrigins.of(settings),
        dtype(settings.required(Key.DTYPE), settings.required(Key.WEIGHTS), settings.required(Key.DEVICE)),
        draftWeights(settings.required(Key.DRAFT_WEIGHTS), settings.required(Key.DEVICE)),
        exact(settings.required(Key.EXACT)),
        settings.required(Key.DEVICE),
        1,
        settings.integer(Key.THREADS),
        settings.integer(Key.MAX_CONTEXT),
        ModelSourceOptions.of(settings, System.getenv()));
  }

  /**
   * A target that decodes a run's rows again: where it lies and runs as the settings say, the rest as the run had it.
   *
   * @param settings of an audit, with a value for target, device and threads
   * @param maxContext tokens of a sequence at most
   */
  public static ModelOptions ofAudit(Settings settings, String dtype, boolean exact, int maxContext) {
    return new ModelOptions(
        ModelSourceOptions.absolute(settings.required(Key.AUDIT_TARGET)),
        DraftOrigins.NONE,
        dtype,
        DraftWeights.FULL,
        exact,
        settings.required(Key.AUDIT_DEVICE),
        1,
        settings.integer(Key.AUDIT_THREADS),
        maxContext,
        ModelSourceOptions.of(settings, System.getenv()));
  }

  private static String dtype(String dtype, String weights, String device) {
    check(weights.matches("full|int8"), ErrorCode.BAD_OPTION, "weights must be full or int8: %s", weights);
    check(dtype.matches("auto|fp32|bf16"), ErrorCode.BAD_OPTION, "dtype must be auto, fp32 or bf16: %s", dtype);
    if (weights.equals("full")) {
      return dtype;
    }
    check(!dtype.equals("bf16"), ErrorCode.BAD_OPTION,
        "weights int8 go with dtype fp32 (or auto), which all else is computed in: %s", dtype);
    check(device.equals("cpu"), ErrorCode.BAD_OPTION, "weights int8 are for the CPU, and the device is %s; use --weights full",
        device);
    return weights;
  }

  private static DraftWeights draftWeights(String text, String device) {
    check(text.matches("auto|full|int8"), ErrorCode.BAD_OPTION, "draft-weights must be auto, full or int8: %s", text);
    check(!text.equals("int8") || device.equals("cpu"), ErrorCode.BAD_OPTION,
        "draft-weights int8 are for the CPU, and the device is %s; use --draft-weights auto", device);
    return DraftWeights.of(text);
  }

  private static boolean exact(String text) {
    check(text.matches("on|off"), ErrorCode.BAD_OPTION, "exact must be on or off: %s", text);
    return text.equals("on");
  }

  /** The device where nobody assigns one: {@code cuda} becomes the first GPU. */
  public String firstDevice() {
    return device.equals("cuda") ? "cuda:0" : device;
  }

  /** The same options with every reference replaced. */
  public ModelOptions withModels(UnaryOperator<String> replacement) {
    return new ModelOptions(
        replacement.apply(target),
        hasDraft() ? drafts.withModel(replacement.apply(draft())) : drafts,
        dtype,
        draftWeights,
        exact,
        device,
        engines,
        threads,
        maxContext,
        sources);
  }

  /** The same options with the type that a run was found to compute in. */
  public ModelOptions withDtype(String decided) {
    return new ModelOptions(target, drafts, decided, draftWeights, exact, device, engines, threads, maxContext, sources);
  }

  /** The same options with what an executor's cores are shared out in. */
  public ModelOptions shared(int intoEngines, int ofThreads) {
    return new ModelOptions(
        target, drafts, dtype, draftWeights, exact, device, intoEngines, ofThreads, maxContext, sources);
  }

  /**
   * An engine that serves every one of the policies; it drafts if there is a model to draft with and one of them does.
   *
   * @param batch sequences that it decodes together
   */
  public EngineOptions engine(List<TreePolicy> policies, String onDevice, int batch) {
    boolean drafting = hasDraft() && policies.stream().anyMatch(TreePolicy::drafts);
    return new EngineOptions(
        Path.of(target),
        drafting ? Path.of(draft()) : null,
        ComputeType.of(dtype),
        onDevice,
        threads,
        batch,
        maxContext,
        policies.stream().mapToInt(TreePolicy::maxTreeRows).max().orElse(1),
        drafting ? Math.max(1, policies.stream().mapToInt(TreePolicy::maxDraftRows).max().orElse(1)) : 1,
        exact,
        draftWeights);
  }

  /** Fails where a policy drafts and nothing was given to draft with. */
  void checkServes(TreePolicy policy) {
    check(
        hasDraft() || drafts.looksUp() || !policy.drafts(),
        ErrorCode.BAD_OPTION,
        "policy %s needs a draft: give --draft DIR, ngram or run:PATH, or --policy ar for plain decoding",
        policy.label());
  }
}
