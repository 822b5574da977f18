package io.talon.torch;

import static io.talon.TalonException.check;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.IValue;
import io.talon.ErrorCode;
import io.talon.engine.Engine;
import io.talon.engine.EngineOptions;
import io.talon.engine.EngineSpec;
import io.talon.model.HeadSpec;
import io.talon.model.RopeSpec;
import io.talon.model.TargetSpec;
import io.talon.model.TensorLayout;
import io.talon.model.checkpoint.Checkpoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Opens engines: checks the files, finds the device and the type, writes the script, loads the weights. */
final class EngineOpener {
  /** Tokens of a sequence when nothing else is said and the model would allow more: caches are allocated in full. */
  static final int DEFAULT_MAX_CONTEXT = 4096;

  private EngineOpener() {}

  /** Opens a target, alone or with its head; every draft model needs {@link #openPair}. */
  static TorchEngine open(EngineOptions options, boolean padsSlots) {
    TorchEngine engine = load(options, padsSlots);
    try {
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
    TorchEngine engine = load(options.targetAlone(maxContext), padsSlots);
    ScriptModule module = null;
    try {
      EngineSpec alone = engine.spec();
      int rows = Math.max(options.maxTreeRows(), options.maxDraftRows());
      boolean bf16 = alone.dtype().equals("bf16");
      EngineLayout layout = new EngineLayout(alone.device(), bf16, options.slots(), maxContext, rows, options.maxDraftRows(), padsSlots);
      module = loadModule(draft, draftWeights, null, null, layout, TorchRuntime.device(options.device()));
      int shared = Math.min(target.vocabulary(), draft.vocabulary());
      Weights.giveSharedIds(module, shared);
      EngineSpec spec = alone.drafting(shared, options.maxDraftRows());
      Engine pair = new PairedEngine(engine, spec, new EngineState(module, layout, draft.vocabulary(), shared));
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

  private static TorchEngine load(EngineOptions options, boolean padsSlots) {
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
    boolean bf16 = TorchRuntime.bf16(options.dtype(), device);
    String torchDevice = device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
    EngineLayout layout = new EngineLayout(
        torchDevice, bf16, options.slots(), maxContext, options.maxTreeRows(), options.maxDraftRows(), padsSlots);
    int draftVocabulary = head == null ? 0 : head.draftVocabulary();
    EngineSpec spec = new EngineSpec(
        target.vocabulary(),
        draftVocabulary,
        options.slots(),
        maxContext,
        options.maxTreeRows(),
        options.maxDraftRows(),
        torchDevice,
        bf16 ? "bf16" : "fp32",
        threads,
        stepBytes(target, bf16),
        options.exact());
    ScriptModule module = loadModule(target, targetWeights, head, headWeights, layout, device);
    return new TorchEngine(new EngineState(module, layout, target.vocabulary(), draftVocabulary), spec);
  }

  private static ScriptModule loadModule(
      TargetSpec target, Checkpoint targetWeights, HeadSpec head, Checkpoint headWeights, EngineLayout layout, Device device) {
    int ringRows = layout.slots() * layout.ringLength();
    ScriptModule module = ScriptModule.load(EngineScript.source(target, head, layout, ringRows), device);
    try {
      Weights.loadTarget(module, targetWeights, target);
      module.number("allocate_cache", IValue.from((long) layout.slots() * layout.capacity()));
      if (head != null) {
        Weights.loadHead(module, headWeights, head);
        module.number(
            "allocate_head",
            IValue.from((long) layout.slots() * layout.headCapacity()),
            IValue.from((long) layout.slots() * layout.maxPending()),
            IValue.from((long) layout.slots() * layout.maxDraftRows()));
      }
      module.number("allocate_tables", inverse(module, target.rope(), target.headDim()), headInverse(module, head));
      return module;
    } catch (RuntimeException | Error e) {
      module.close();
      throw e;
    }
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

  private static IValue inverse(ScriptModule module, RopeSpec rope, int headDim) {
    float[] values = rope.inverseFrequencies(headDim);
    ByteBuffer buffer = ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
    buffer.asFloatBuffer().put(values);
    return module.tensor(buffer, DataType.FLOAT32, values.length);
  }

  private static IValue headInverse(ScriptModule module, HeadSpec head) {
    return head == null
        ? inverse(module, RopeSpec.unscaled(RopeSpec.DEFAULT_THETA), 2)
        : inverse(module, head.rope(), head.headDim());
  }

  /** Bytes of the weights that one decoding step reads: every layer and the output, not the embedding's other rows. */
  private static long stepBytes(TargetSpec target, boolean bf16) {
    long elements = 0;
    for (var tensor : TensorLayout.of(target).entrySet()) {
      long size = 1;
      for (long extent : tensor.getValue()) {
        size *= extent;
      }
      boolean lookup = tensor.getKey().equals("model.embed_tokens.weight") && !target.tiedOutput();
      elements += lookup ? 0 : size;
    }
    return elements * (bf16 ? 2 : 4);
  }
}
