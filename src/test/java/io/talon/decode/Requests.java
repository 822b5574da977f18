package io.talon.decode;

import io.talon.TalonException;
import io.talon.engine.Noise;
import io.talon.engine.Sampling;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** A requester over a list, and where its results end up. */
public class Requests implements Requester {
  final Queue<GenerationRequest> waiting;
  public final Map<String, Generation> finished = new LinkedHashMap<>();
  final Map<String, TalonException> rejected = new LinkedHashMap<>();

  public Requests(List<GenerationRequest> requests) {
    waiting = new ArrayDeque<>(requests);
  }

  /** A request whose prompt and row seed follow from its id. */
  static GenerationRequest request(int id, double temperature, int topK, double topP, int maxNewTokens) {
    long seed = Noise.rowSeed(1, String.valueOf(id), 0);
    int[] prompt = new int[1 + id % 5];
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = Math.floorMod(Noise.bits(seed, i), 40);
    }
    Sampling sampling = Sampling.GREEDY.withTemperature(temperature).withTopK(topK).withTopP(topP).seeded(seed);
    return new GenerationRequest(String.valueOf(id), 0, 0, prompt, sampling, maxNewTokens, null);
  }

  @Override
  public GenerationRequest next(int liveSlots) {
    return waiting.poll();
  }

  @Override
  public void finished(Generation generation) {
    finished.put(generation.request().promptId(), generation);
  }

  @Override
  public void rejected(GenerationRequest request, int generated, TalonException reason) {
    rejected.put(request.promptId(), reason);
  }
}
