/**
 * The policy {@code auto}: one budget of rows and draft forwards for all live sequences, spent where it brings most.
 *
 * <p>A round is {@link io.talon.draft.auto.AutoDrafter}, top to bottom. Depends on {@code cost}, {@code draft},
 * {@code draft.policy}, {@code engine} and {@code tree}.
 */
package io.talon.draft.auto;
