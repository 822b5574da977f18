/**
 * Decides whether the texts of a run are those that plain decoding writes, one generation at a time.
 *
 * <p>{@link io.talon.audit.Auditor} reads first. Sees no Spark: the rows come from {@code job}.
 */
package io.talon.audit;
