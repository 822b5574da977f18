/**
 * The decode loop: prefill, draft, verify, accept, commit and refill over several live sequences.
 *
 * <p>Depends on {@code draft}, {@code verify}, {@code model}, {@code tree} and {@code stats}; sees neither Spark nor DJL.
 */
package io.talon.decode;
