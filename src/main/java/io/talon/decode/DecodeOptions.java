package io.talon.decode;

import io.talon.cost.CostTable;
import io.talon.draft.Drafter;
import io.talon.draft.auto.Drafters;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.Engine;
import java.util.function.Function;

/**
 * What shapes a decode loop.
 *
 * @param policy how trees grow; {@code NoDraft} for plain decoding
 * @param drafters makes what drafts
 * @param coupling how the draft uses the noise
 * @param endTokens end-of-sequence ids
 * @param costs what an open and empty engine's calls cost, for a policy that chooses by it
 */
public record DecodeOptions(
    TreePolicy policy, Drafter.Factory drafters, Coupling coupling, int[] endTokens, Function<Engine, CostTable> costs) {
  /** Drafts on an engine whose costs nobody measures. */
  public DecodeOptions(TreePolicy policy, Drafter.Factory drafters, Coupling coupling, int[] endTokens) {
    this(policy, drafters, coupling, endTokens, engine -> CostTable.ASSUMED);
  }

  /** Drafts with the engine's own draft. */
  public DecodeOptions(TreePolicy policy, Coupling coupling, int[] endTokens) {
    this(policy, Drafters.ENGINE, coupling, endTokens);
  }
}
