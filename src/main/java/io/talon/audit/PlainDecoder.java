package io.talon.audit;

import io.talon.TalonException;
import io.talon.conf.ModelOptions;
import io.talon.decode.Coupling;
import io.talon.decode.DecodeLoop;
import io.talon.decode.DecodeOptions;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.decode.Requester;
import io.talon.draft.policy.NoDraft;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import io.talon.model.TargetSpec;
import io.talon.torch.TorchEngines;
import java.nio.file.Path;
import java.util.List;

/** A target of its own that decodes one request at a time, without drafts. */
public final class PlainDecoder implements AutoCloseable {
  private final Engine engine;
  private final DecodeLoop loop;

  /** Takes an engine over. */
  PlainDecoder(Engine engine, int[] endTokens) {
    this.engine = engine;
    DecodeOptions options = new DecodeOptions(new NoDraft(), new Coupling.None(), endTokens);
    loop = new DecodeLoop(engine, options, System::nanoTime);
  }

  /**
   * Opens the target.
   *
   * @param models with directories of this node, and a type that is not to be found out
   */
  public static PlainDecoder open(ModelOptions models) {
    Engine engine = TorchEngines.open(models.engine(List.of(new NoDraft()), models.firstDevice(), 1));
    try {
      return new PlainDecoder(engine, TargetSpec.read(Path.of(models.target())).endTokens());
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  public EngineSpec spec() {
    return engine.spec();
  }

  /** Decodes; every round, which is a token here, is on record. Throws what the request was refused for. */
  Generation decode(GenerationRequest request) {
    OneRequest requester = new OneRequest(request.recorded());
    loop.run(requester);
    if (requester.refusal != null) {
      throw requester.refusal;
    }
    return requester.generation;
  }

  /** Distance between the first token of a request and the runner-up. */
  float firstMargin(GenerationRequest request) {
    GenerationRequest firstOnly = new GenerationRequest(
        request.promptId(), request.sampleIdx(), request.turnIdx(), request.prompt(), request.sampling(), 1, null);
    return decode(firstOnly).stats().minMargin();
  }

  @Override
  public void close() {
    engine.close();
  }

  private static final class OneRequest implements Requester {
    private GenerationRequest waiting;
    private Generation generation;
    private TalonException refusal;

    OneRequest(GenerationRequest request) {
      waiting = request;
    }

    @Override
    public GenerationRequest next(int liveSlots) {
      GenerationRequest next = waiting;
      waiting = null;
      return next;
    }

    @Override
    public void finished(Generation finished) {
      generation = finished;
    }

    @Override
    public void rejected(GenerationRequest request, int generated, TalonException reason) {
      refusal = reason;
    }
  }
}
