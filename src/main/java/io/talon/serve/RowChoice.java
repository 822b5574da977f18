package io.talon.serve;

import io.talon.conf.Share;
import io.talon.engine.Noise;

/** Which prompts belong to a share: a function of prompt and seed, so a retry chooses the same ones. */
public enum RowChoice {
  BASELINE(-1),
  ROUND_STATS(-2);

  private final int stream; // stands where samples have their index, so no sample's noise is touched

  RowChoice(int stream) {
    this.stream = stream;
  }

  public boolean covers(Share share, String promptId, long seed) {
    return share.covers(Noise.rowSeed(seed, promptId, stream));
  }
}
