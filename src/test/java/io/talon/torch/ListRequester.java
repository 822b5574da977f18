package io.talon.torch;

import io.talon.TalonException;
import io.talon.decode.GenerationRequest;
import io.talon.decode.Requests;
import java.util.List;

/** A requester over a list of which none may be refused. */
class ListRequester extends Requests {
  ListRequester(List<GenerationRequest> requests) {
    super(requests);
  }

  @Override
  public void rejected(GenerationRequest request, int generated, TalonException reason) {
    throw new AssertionError("no request of this test may be refused", reason);
  }
}
