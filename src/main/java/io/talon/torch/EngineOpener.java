package io.talon.torch;

import static io.talon.TalonException.check;

import ai.djl.Device;
import io.talon.ErrorCode;
import io.talon.engine.ComputeType;
import io.talon.engine.Engine;
import io.talon.engine.EngineOptions;
import io.talon.engine.EngineSpec;
import io.talon.model.HeadSpec;
import io.talon.model.RopeSpec;
import io.talon.model.TargetSpec;
import io.talon.model.TensorLayout;
import io.talon.model.checkpoint.Checkpoint;
import io.talon.torch.module.Attention;
import io.talon.torch.module.EngineLayout;
import io.talon.torch.module.EngineScript;
import io.talon.torch.module.Weights;
import io.talon.torch.module.Weights.Stored;
import io.talon.torch.probe.AttentionProbe;
import io.talon.torch.probe.IntegerProbe;
import io.talon.torch.probe.LinearProbe;
import io.talon.torch.probe.RowLimits;
import io.talon.torch.script.Argument;
import io.talon.torch.script.ScriptModule;
import io.talon.torch.script.TorchRuntime;
import java.util.List;
import java.util.stream.IntStream;

/** Opens engines: checks the files, finds the device and the type, writes the script, loads the weights. */
final class EngineOpener {
  /** Tokens of a sequence when nothing else is said and the model would allow more: caches are allocated in full. */
  static final int DEFAULT_MAX_CONTEXT = 4096;

  private EngineOpener() {}

  /** Opens a target, alone or with its head; every draft model needs {@link #openPair}. */
  static TorchEngine open(EngineOptions options, boolean padsSlots) {
    return open(options, padsSlots, null);
  }

  /**
   * The same as if trying had shown this.
   *
   * @param found null to try it
   */
  static TorchEngine open(EngineOptions options, boolean padsSlots, AttentionProbe.Found found) {
    TorchEngine engine = load(options, padsSlots, found);
    try {
      engine.check();
      WarmUp.run(engine);
      return engine;
    } catch (RuntimeException | Error e) {
      engine.close();
      throw e;
    }
  }

  /** Opens a target and, where the options have the head, a separate draft model of its vocabulary. */
  static Engine openPair(EngineOptions options, boolean padsSlots) {
    TargetSpec target = TargetSpec.read(options.target());
    TargetSpec draft = TargetSpec.read(options.draft());
    Checkpoint draftWeights = Checkpoint.open(options.draft());
    TensorLayout.check(draftWeights, draft);
    int maxContext = Math.min(maxContext(options, target), draft.maxPositions());
    Device device = TorchRuntime.device(options.device());
    TorchEngine engine = load(options.targetAlone(maxContext), padsSlots, null);
    ScriptModule module = null;
    try {
      engine.check();
      EngineSpec alone = engine.spec();
      int rows = Math.max(options.maxTreeRows(), options.maxDraftRows());
      ComputeType type = ComputeType.of(alone.dtype());
      boolean integers = type == ComputeType.INT8
          || IntegerProbe.ofDraft(options.draftWeights(), device, EngineMemory.elements(TensorLayout.of(draft)));
      type = integers ? ComputeType.INT8 : type;
      EngineLayout layout = new EngineLayout(
          alone.device(),
          type,
          options.slots(),
          maxContext,
          rows,
          options.maxDraftRows(),
          padsSlots,
          Attention.FAST,
          false,
          alone.threads(),
          false,
          integers ? IntegerProbe.level() : 0);
      module = loadModule(draft, draftWeights, null, null, layout, device);
      int shared = Math.min(target.vocabulary(), draft.vocabulary());
      storeIds(module, layout, IntStream.range(0, shared).toArray());
      EngineSpec spec =
          alone.drafting(shared, options.maxDraftRows(), EngineMemory.of(draft, null, layout).caches(), type.label());
      Engine pair = new PairedEngine(engine, spec, new EngineState(module, layout, draft, shared));
      WarmUp.run(pair);
      return pair;
    } catch (RuntimeException | Error e) {
      engine.close();
      if (module != null) {
        module.close();
      }
      throw e;
    }
  }

  private static TorchEngine load(EngineOptions options, boolean padsSlots, AttentionProbe.Found shown) {
    TargetSpec target = TargetSpec.read(options.target());
    Checkpoint targetWeights = Checkpoint.open(options.target());
    TensorLayout.check(targetWeights, target);
    HeadSpec head = null;
    Checkpoint headWeights = null;
    if (options.draft() != null) {
      headWeights = Checkpoint.open(options.draft());
      head = HeadSpec.read(options.draft(), headWeights, target);
      TensorLayout.check(headWeights, head);
    }
    int maxContext = maxContext(options, target);
    Device device = TorchRuntime.device(options.device());
    int threads = TorchRuntime.useThreads(options.threads());
    ComputeType type = LinearProbe.type(options.dtype(), device);
    String torchDevice = device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
    boolean integers = head != null
        && IntegerProbe.ofDraft(options.draftWeights(), device, EngineMemory.elements(TensorLayout.of(head)));
    AttentionProbe.Found found = shown == null ? probe(target, options.exact() && !padsSlots, threads) : shown;
    EngineLayout layout = new EngineLayout(
        torchDevice,
        type,
        options.slots(),
        maxContext,
        options.maxTreeRows(),
        options.maxDraftRows(),
        padsSlots,
        attention(options, found),
        found.products(),
        threads,
        integers,
        integers || type == ComputeType.INT8 ? IntegerProbe.level() : 0);
    int draftVocabulary = head == null ? 0 : head.draftVocabulary();
    EngineSpec spec = new EngineSpec(
        target.vocabulary(),
        draftVocabulary,
        options.slots(),
        maxContext,
        options.maxTreeRows(),
        options.maxDraftRows(),
        torchDevice,
        type.label(),
        threads,
        stepBytes(target, type),
        EngineMemory.of(target, head, layout).caches(),
        options.exact(),
        head == null ? "" : (layout.headInt8() ? ComputeType.INT8 : type).label());
    ScriptModule module = loadModule(target, targetWeights, head, headWeights, layout, device);
    return new TorchEngine(new EngineState(module, layout, target, draftVocabulary), spec);
  }

  private static ScriptModule loadModule(
      TargetSpec target, Checkpoint targetWeights, HeadSpec head, Checkpoint headWeights, EngineLayout layout, Device device) {
    EngineMemory.of(target, head, layout).check(layout, device);
    int ringRows = layout.slots() * layout.ringLength();
    ScriptModule module = ScriptModule.load(EngineScript.text(target, head, layout, ringRows), device);
    try {
      SelfCheck check = new SelfCheck(module, layout);
      List<Stored> targetTensors = Weights.loadTarget(module, targetWeights, target, layout);
      module.number("allocate_cache", Argument.of(layout.cacheRows()));
      module.number("allocate_tables", inverse(target.rope(), target.headDim()), headInverse(head));
      check.targetWeights(targetTensors);
      check.rotations(target.rope(), target.headDim(), false);
      if (layout.exact()) {
        module.number("limit", Argument.list(RowLimits.find(module, target, layout)));
      }
      if (head != null) {
        List<Stored> headTensors = Weights.loadHead(module, headWeights, head, layout);
        storeIds(module, layout, TensorLayout.draftToTarget(headWeights, head));
        module.number(
            "allocate_head",
            Argument.of((long) layout.slots() * layout.headCapacity()),
            Argument.of((long) layout.slots() * layout.maxPending()),
            Argument.of((long) layout.slots() * layout.maxDraftRows()));
        check.headWeights(headTensors);
        module.number("norm_embedding");
        check.rotations(head.rope(), head.headDim(), true);
      }
      return module;
    } catch (RuntimeException | Error e) {
      module.close();
      throw e;
    }
  }

  private static void storeIds(ScriptModule module, EngineLayout layout, int[] ids) {
    Weights.storeIds(module, ids);
    new SelfCheck(module, layout).ids(ids);
  }

  private static AttentionProbe.Found probe(TargetSpec target, boolean wanted, int threads) {
    int groups = target.heads() / target.kvHeads();
    return wanted
        ? AttentionProbe.find(target.kvHeads(), groups, target.headDim(), threads)
        : new AttentionProbe.Found(false, false);
  }

  private static Attention attention(EngineOptions options, AttentionProbe.Found found) {
    if (!options.exact()) {
      return Attention.FAST;
    }
    return found.exact() ? Attention.IN_ORDER : Attention.IN_DOUBLE;
  }

  private static int maxContext(EngineOptions options, TargetSpec target) {
    check(
        options.maxContext() <= target.maxPositions(),
        ErrorCode.BAD_OPTION,
        "max context must be within the model's %s positions: %s",
        target.maxPositions(),
        options.maxContext());
    return options.maxContext() > 0 ? options.maxContext() : Math.min(target.maxPositions(), DEFAULT_MAX_CONTEXT);
  }

  private static Argument inverse(RopeSpec rope, int headDim) {
    float[] values = rope.inverseFrequencies(headDim);
    return Argument.floats(values, values.length);
  }

  private static Argument headInverse(HeadSpec head) {
    return head == null
        ? inverse(RopeSpec.unscaled(RopeSpec.DEFAULT_THETA), 2)
        : inverse(head.rope(), head.headDim());
  }

  /** Bytes of the weights that one decoding step reads: every layer and the output, not the embedding's other rows. */
  private static long stepBytes(TargetSpec target, ComputeType type) {
    long elements = 0;
    for (var tensor : TensorLayout.of(target).entrySet()) {
      long size = 1;
      for (long extent : tensor.getValue()) {
        size *= extent;
      }
      boolean lookup = tensor.getKey().equals("model.embed_tokens.weight") && !target.tiedOutput();
      elements += lookup ? 0 : size;
    }
    return elements * EngineMemory.bytes(type);
  }
}
