/**
 * Where candidates come from and which of them become a tree: the drafters and the tree policies.
 *
 * <p>The algorithm of the paper is {@link io.talon.draft.policy.TalonPolicy}. A drafter is the head ({@link
 * io.talon.draft.HeadDrafter}), a lookup in the text so far and in earlier runs ({@link io.talon.draft.lookup.Lookups}), or both fused
 * ({@link io.talon.draft.MergedDrafts}); any of them grows its trees by any policy. Depends on {@code tree} and {@code model}.
 */
package io.talon.draft;
