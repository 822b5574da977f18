package io.talon.draft.auto;

import io.talon.cost.CostTable;
import io.talon.draft.Drafter;
import io.talon.draft.EngineDrafter;
import io.talon.draft.MergedDrafter;
import io.talon.draft.policy.AutoPolicy;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.Engine;

/**
 * What drafts are made of, and so how they are made under every policy.
 *
 * @param model whether the engine's own draft is asked
 * @param free drafts without a forward, null for nothing
 */
public record Drafters(boolean model, Drafter.Factory free) implements Drafter.Factory {
  /** The engine's own draft alone. */
  public static final Drafters ENGINE = new Drafters(true, null);

  @Override
  public Drafter create(Engine engine, TreePolicy policy, int[] endTokens) {
    return create(engine, policy, endTokens, CostTable.ASSUMED);
  }

  @Override
  public Drafter create(Engine engine, TreePolicy policy, int[] endTokens, CostTable costs) {
    if (policy instanceof AutoPolicy auto) {
      Drafter lookup = free == null ? null : free.create(engine, policy, endTokens);
      return new AutoDrafter(engine, auto, lookup, model, costs, endTokens);
    }
    if (free == null) {
      return new EngineDrafter(engine, policy, endTokens);
    }
    return (model ? MergedDrafter.of(EngineDrafter::new, free) : free).create(engine, policy, endTokens);
  }
}
