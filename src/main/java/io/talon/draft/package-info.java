/**
 * Where candidates come from and which of them become a tree: the drafters and the tree policies.
 *
 * <p>The algorithm of the paper is {@link io.talon.draft.TalonPolicy}. Depends on {@code tree} and {@code model}.
 */
package io.talon.draft;
