/**
 * The decode loop: prefill, draft, verify, accept, commit and refill over several live sequences.
 *
 * <p>The walk through a verified tree is {@link io.talon.decode.Walk}. Depends on {@code draft}, {@code draft.policy},
 * {@code engine}, {@code tree} and {@code stats}; sees neither Spark nor DJL.
 */
package io.talon.decode;
