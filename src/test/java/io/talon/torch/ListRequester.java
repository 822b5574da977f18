package io.talon.torch;

import io.talon.TalonException;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.decode.Requester;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** A requester over a list that keeps what comes back, by prompt id. */
class ListRequester implements Requester {
  final Map<String, Generation> finished = new HashMap<>();
  private final Queue<GenerationRequest> waiting;

  ListRequester(List<GenerationRequest> requests) {
    waiting = new ArrayDeque<>(requests);
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
    throw new AssertionError("no request of this test may be refused", reason);
  }
}
