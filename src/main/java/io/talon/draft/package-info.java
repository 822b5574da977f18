/**
 * Where drafts come from: the drafters, and what one round asks of them.
 *
 * <p>A drafter is the engine's own draft ({@link io.talon.draft.EngineDrafter}), a lookup in the text so far and in earlier runs
 * ({@code draft.lookup}), or both fused ({@link io.talon.draft.MergedDrafter}); any of them grows its trees by any policy of
 * {@code draft.policy}. Depends on {@code draft.policy}, {@code engine} and {@code tree}.
 */
package io.talon.draft;
