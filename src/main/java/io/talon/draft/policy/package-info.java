/**
 * Which candidates become tree nodes, and when a tree is complete: the tree policies and how their trees grow.
 *
 * <p>The algorithm of the paper is {@link io.talon.draft.policy.TalonPolicy}. Depends on {@code engine} and {@code tree}.
 */
package io.talon.draft.policy;
