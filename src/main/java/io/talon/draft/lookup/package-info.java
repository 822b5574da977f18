/**
 * Drafts that are looked up and cost no forward: n-grams of prompt and output, and the texts of earlier runs.
 *
 * <p>Depends on {@code draft}, {@code draft.policy}, {@code engine} and {@code tree}.
 */
package io.talon.draft.lookup;
