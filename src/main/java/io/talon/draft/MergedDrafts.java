package io.talon.draft;

import io.talon.draft.policy.TreePolicy;
import io.talon.engine.Engine;

/**
 * Makes drafters that grow two trees per sequence and fuse them into one.
 *
 * @param guide drafts with a model
 * @param free drafts without a forward
 */
public record MergedDrafts(Drafter.Factory guide, Drafter.Factory free) implements Drafter.Factory {
  @Override
  public Drafter create(Engine engine, TreePolicy policy, int[] endTokens) {
    return new MergedDrafter(
        guide.create(engine, policy, endTokens), free.create(engine, policy, endTokens), engine.spec().slots(), policy);
  }
}
