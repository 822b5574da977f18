package io.talon.decode;

import io.talon.draft.Drafter;
import io.talon.draft.EngineDrafter;
import io.talon.draft.policy.TreePolicy;

/**
 * What shapes a decode loop.
 *
 * @param policy how trees grow; {@code NoDraft} for plain decoding
 * @param drafters makes what drafts
 * @param coupling how the draft uses the noise
 * @param endTokens end-of-sequence ids
 */
public record DecodeOptions(TreePolicy policy, Drafter.Factory drafters, Coupling coupling, int[] endTokens) {
  /** Drafts with the engine's own draft. */
  public DecodeOptions(TreePolicy policy, Coupling coupling, int[] endTokens) {
    this(policy, EngineDrafter::new, coupling, endTokens);
  }
}
