package io.talon.draft;

import io.talon.cost.CostTable;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.Engine;

/**
 * Grows draft trees: with a head on the target, with a model of its own, or by a search in the text so far.
 *
 * <p>The decode loop calls it once per round with everything that lives, and asks nothing about how the trees came about.
 */
public interface Drafter {
  /** Grows one tree per sequence of the round, none deeper than its limit, and counts the draft forwards it took. */
  void draft(DraftRound round);

  /** Whether it drafts with the engine's own draft, so that the engine has to keep what that needs. */
  default boolean usesEngine() {
    return false;
  }

  /**
   * Says that a sequence begins in a slot; whether the engine has to keep what drafting for it needs.
   *
   * @param sampled whether its tokens are, so that a row takes the time of its noise
   */
  default boolean begin(int slot, boolean sampled) {
    return usesEngine();
  }

  /**
   * Learns from a round that it drafted for, once the round says how many tokens each sequence has committed.
   *
   * @param draftNanos time of the draft forwards
   * @param verifyNanos time of the target forward
   * @param hostNanos time outside of the engine
   */
  default void learn(DraftRound round, long draftNanos, long verifyNanos, long hostNanos) {}

  /** What it goes by and has learned, a JSON object; empty for a drafter that learns nothing. */
  default String report() {
    return "";
  }

  /** Forgets what it keeps about a slot, whose sequence has ended; a drafter that keeps nothing does nothing. */
  default void release(int slot) {}

  /** Makes the drafter of one decode loop. */
  @FunctionalInterface
  interface Factory {
    /** @param engine the loop's engine, whose draft calls are timed */
    Drafter create(Engine engine, TreePolicy policy, int[] endTokens);

    /** The same, for a policy that chooses by what the engine's calls cost. */
    default Drafter create(Engine engine, TreePolicy policy, int[] endTokens, CostTable costs) {
      return create(engine, policy, endTokens);
    }
  }
}
