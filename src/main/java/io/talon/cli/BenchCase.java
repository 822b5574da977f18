package io.talon.cli;

import io.talon.TalonException;
import io.talon.conf.DraftOptions;
import io.talon.cost.CostTable;
import io.talon.decode.DecodeLoop;
import io.talon.decode.DecodeOptions;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.decode.Requester;
import io.talon.draft.Drafter;
import io.talon.engine.Engine;
import io.talon.engine.EngineSpec;
import io.talon.stats.DecodeTotals;
import io.talon.stats.ForwardMeter;
import io.talon.stats.ForwardTimes;
import io.talon.stats.Median;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** One combination of policy, budget and batch size: decodes the prompts again and again and keeps the figures. */
final class BenchCase {
  private final DraftOptions draft;
  private final int batch;
  private final Engine engine;
  private final EngineSpec spec;
  private final ForwardMeter meter = new ForwardMeter();
  private final DecodeLoop loop;
  private final List<Double> tokensPerSecond = new ArrayList<>(); // one per repeat
  private final List<Double> decoding = new ArrayList<>(); // the same without prefill and what else lies between rounds
  private final Map<String, int[]> tokens = new TreeMap<>(); // of the latest repeat, by prompt
  private DecodeTotals totals = DecodeTotals.ZERO;

  BenchCase(DraftOptions draft, Drafter.Factory drafters, int batch, Engine engine, int[] endTokens,
      Function<Engine, CostTable> costs) {
    this.draft = draft;
    this.batch = batch;
    spec = engine.spec();
    DecodeOptions options = new DecodeOptions(draft.policy(), drafters, draft.coupling(), endTokens, costs);
    this.engine = engine;
    loop = new DecodeLoop(engine, options, System::nanoTime, meter);
  }

  DraftOptions draft() {
    return draft;
  }

  int batch() {
    return batch;
  }

  /** Decodes without keeping figures. */
  void warmUp(List<GenerationRequest> requests) {
    loop.run(new ListRequester(requests));
    meter.clear();
  }

  /** Decodes once and keeps the figures. Nothing is left of the case before, which ran the same prompts. */
  void measure(List<GenerationRequest> requests) {
    engine.forget();
    ListRequester requester = new ListRequester(requests);
    long start = System.nanoTime();
    loop.run(requester);
    long nanos = requester.lastFinished - start; // what the run says of itself afterwards is no part of it
    long generated = 0;
    tokens.clear();
    DecodeTotals before = totals;
    for (Generation generation : requester.generations) {
      totals = totals.plus(generation.stats());
      generated += generation.tokens().length;
      tokens.put(generation.request().promptId(), generation.tokens());
    }
    tokensPerSecond.add(generated * 1e9 / nanos);
    long roundTokens = totals.roundTokens() - before.roundTokens();
    decoding.add(batch * roundTokens * 1e9 / (totals.decodeNanos() - before.decodeNanos()));
  }

  /**
   * The figures of all repeats.
   *
   * @param plain plain decoding at the same batch size
   * @param bytesPerSecond memory bandwidth of the machine
   */
  BenchResult result(BenchCase plain, double bytesPerSecond) {
    ForwardTimes times = meter.times();
    ForwardTimes plainTimes = plain.meter.times();
    double plainForward = (double) plainTimes.verifyNanos() / plainTimes.verifyCount();
    double weightBytesPerSecond = spec.weightBytes() * 1e9 * times.verifyCount() / times.verifyNanos();
    boolean drafts = times.draft().count() > 0;
    return new BenchResult(
        draft.policy(),
        batch,
        spec.dtype(),
        median(tokensPerSecond),
        List.copyOf(tokensPerSecond),
        median(decoding),
        median(tokensPerSecond) / median(plain.tokensPerSecond),
        totals.meanAcceptedTokens(),
        totals.draftEfficiency(),
        drafts ? times.draft().totalNanos() / plainForward / times.draft().count() : null,
        times,
        meter.notes(),
        (double) totals.hostNanos() / totals.decodeNanos(),
        weightBytesPerSecond / bytesPerSecond,
        equal(tokens, plain.tokens));
  }

  private static boolean equal(Map<String, int[]> one, Map<String, int[]> other) {
    return one.keySet().equals(other.keySet())
        && one.entrySet().stream().allMatch(entry -> Arrays.equals(entry.getValue(), other.get(entry.getKey())));
  }

  private static double median(List<Double> values) {
    return Median.of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Offers a list; a prompt that cannot be decoded ends the measurement. */
  private static final class ListRequester implements Requester {
    private final Iterator<GenerationRequest> requests;
    private final List<Generation> generations = new ArrayList<>();
    private long lastFinished = System.nanoTime();

    ListRequester(List<GenerationRequest> requests) {
      this.requests = requests.iterator();
    }

    @Override
    public GenerationRequest next(int liveSlots) {
      return requests.hasNext() ? requests.next() : null;
    }

    @Override
    public void finished(Generation generation) {
      generations.add(generation);
      lastFinished = System.nanoTime();
    }

    @Override
    public void rejected(GenerationRequest request, int generated, TalonException reason) {
      throw new TalonException(reason.code(), "prompt " + request.promptId() + ": " + reason.getMessage(), reason);
    }
  }
}
